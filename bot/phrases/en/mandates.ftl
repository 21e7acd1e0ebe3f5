# Standing mandates: what the company seal signs by itself, and what people are told of it.

mandate-signer = { $holder } (automatic seal)
stamp-automatic = Sealed automatically, no person signed
stamp-automatic-reason = Sealed automatically under a standing mandate, no person signed; request

receipt-sealed = 🤖 Sealed automatically by { $signer }, { $level }. No person signed it.
final-sealed = 🤖 Sealed automatically by { $signer }, { $moment }. No person signed it.
final-not-sealed = ➖ Not sealed automatically, { $moment }: { $reason }

timeline-sealing = ⏳ { $document }: is being sealed automatically under a standing mandate.
timeline-sealed = 🤖 { $document }: sealed automatically under standing mandate { $mandate } with the company seal ({ $signer }), { $level }. No person signed it.
timeline-not-sealed = ➖ { $document }: not sealed automatically: { $reason }. The file in the deal is unchanged.

robot-document-type = Seal automatically: type of document
robot-document-type-help = A name that a standing mandate has, such as leave. Empty: a person is asked. With it and without a signer, nobody is asked when no mandate covers the document
robot-value = Value of the document
robot-value-help = For a standing mandate with a limit, such as 500 EUR
robot-returns-automatic = Sealed automatically (Y or N)
robot-returns-not-automatic = Why it was not sealed automatically (code)
robot-log-sealed = Sealed automatically under a standing mandate by { $signer }. No person signed it. { $reason }
robot-error-value-without-type = A value is filled in, but no type of document. Fill in the type that the standing mandate has, or empty the value.
robot-error-bad-type = “{ $value }” is no type of document. Write it as the standing mandate has it: small Latin letters and digits, such as leave.
robot-error-bad-value = “{ $value }” is no value. Write it with its currency, such as 500 EUR.

web-automatic = Sealed automatically
web-automatic-text = under standing mandate { $mandate }. No person entered a code for this document.
web-reason = Stated reason

notice-sealed = 🤖 “{ $name }” ({ $number }) was sealed automatically under your mandate. If that should not happen: countersign mandates revoke { $mandate }
notice-mandate-granted = 🤖 { $signer } may now be used automatically: { $by } granted mandate { $mandate } with a code, for { $count } documents of the type “{ $type }”, until { $until }. If that should not be: countersign mandates revoke { $mandate }
notice-mandate-revoked = 🤖 Mandate { $mandate } ({ $signer }) was revoked. Nothing is sealed under it any more.
notice-mandate-low = 🤖 Mandate { $mandate } ({ $signer }) is nearly used up: { $left } documents are left. When it is over, people are asked again.
notice-mandate-used-up = 🤖 Mandate { $mandate } ({ $signer }) is used up. From now on people are asked, unless another mandate covers it.
notice-mandate-soon = 🤖 Mandate { $mandate } ({ $signer }) ends on { $until }. After that people are asked, unless another mandate covers it.

key-sealed-subject = Sealed automatically under your mandate: { $number }
key-sealed =
    { $name }, the company seal was used automatically under the mandate that you granted. No person signed.

    Document: { $documents }
    Asked by: { $requester }
    When: { $when }
    Request: { $number }
    Fingerprint of the signed file: { $fingerprint }

    If this is as you meant it, there is nothing to do. Otherwise revoke the mandate: countersign mandates revoke { $mandate }
key-sealed-lock-link =
    You never granted a mandate? Open this page and lock yourself at once; it stops the mandate, too:
    { $url }
key-sealed-lock-command = You never granted a mandate? Send /lock to the signing bot at once; it stops the mandate, too.

error-MandateRefused = No standing mandate covers this document. Nothing was signed and nothing was lost; a person can be asked instead.
error-MandateRefused-not-a-seal = Only a company seal can be used under a mandate, never a person's own key. Nothing was granted.
error-MandateRefused-malformed = These limits make no sense together. Nothing was granted. Look at the type, count, value, currency and end: a mandate ends within a year.

reason-mandate-refused = no standing mandate covers it
reason-mandate-no-mandate = there is no standing mandate for this type of document
reason-mandate-type = the standing mandate is for another type of document
reason-mandate-count = the standing mandate is used up
reason-mandate-value = its value is above the limit of the standing mandate
reason-mandate-total = its value is more than what is left under the standing mandate
reason-mandate-currency = its value is in another currency than the standing mandate
reason-mandate-value-missing = its value is not stated, and the standing mandate has a limit for it
reason-mandate-value-not-covered = it has a value, and the standing mandate covers only documents without one
reason-mandate-expired = the standing mandate has ended
reason-mandate-revoked = the standing mandate was revoked
reason-mandate-granter-locked = the administrator who granted the standing mandate is locked
reason-mandate-not-a-seal = the key of the standing mandate is no company seal
reason-mandate-changed = the standing mandate was changed after it was granted
reason-mandate-other-mandate = another standing mandate has this number already
reason-mandate-malformed = its type or value is not written as it must be
reason-mandate-key = the company seal has another certificate now, or none that counts
reason-mandate-several-documents = there are several documents
reason-mandate-not-a-pdf = it is not a PDF as it was sent, so a person must look at its pages
reason-mandate-form = a signature in a file of its own is not made automatically
reason-mandate-warnings = there is something in it that a person should look at

activity-says-sealing = Is being sealed automatically under a standing mandate.
activity-says-sealed = Sealed automatically by { $signer }. No person signed it.
activity-says-not-sealed = Not sealed automatically: { $reason }. The file in the deal is unchanged.

bell-requester-sealed = 🤖 { $document } was sealed automatically by { $signer }. No person signed it.
bell-requester-not-sealed = ➖ { $document } was not sealed automatically: { $reason }. Nobody was asked.

desk-state-sealing = Is being sealed automatically under a standing mandate …
desk-state-sealed = Sealed automatically by { $signer }, { $moment }. No person signed it.
desk-state-not-sealed = Not sealed automatically: { $reason }
desk-event-sealed = A standing mandate covers it: { $person }
desk-event-sealed-done = Sealed automatically, no person signed
desk-event-not-sealed = No standing mandate covers it
desk-event-cancelled-by-itself = Nobody was asked
desk-event-reassigned-by-itself = { $other } is asked instead
