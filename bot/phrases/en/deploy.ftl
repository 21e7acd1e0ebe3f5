# Backup and restore.

notice-restored = ⚠️ This installation was restored from a backup of { $made_at }. What happened after that is not known here. Every open approval is void, every code up to now is spent, open invitations do not count. Please look at what waits before anybody signs again: a document may have been signed already.
reason-restored = the installation came back from a backup in the middle of signing; look whether the document was signed before you ask again
error-NotAllowed-unfinished = Something still waits for that person, or was asked by that person. Nothing was erased. Mend: let it be finished, cancelled or handed over first.
