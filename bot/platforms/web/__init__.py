"""Our own pages: enrolment, signing, verification."""
