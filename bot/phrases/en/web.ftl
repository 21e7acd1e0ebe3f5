# Our own pages.

web-name = Countersign
web-fingerprint = Fingerprint
web-when = When
web-kind = Kind
web-trust = Vouched for by
web-changed = Since then
web-signer = Signer
web-document = Document
web-certificate = Certificate
web-copy = Copy
web-copied = Copied
web-print = Print
web-pages = { $number ->
    [one] { $number } page
   *[other] { $number } pages
}
web-from = From { $requester }

# The first page and the start

web-front-title = Documents signed from a chat
web-front = { $company } signs documents with Countersign: a document is forwarded in a chat, the signer approves it, and it comes back signed.
web-front-verify = Check a signed document
web-starting-title = Starting …
web-starting = This takes a few seconds. The page goes on by itself.
web-starting-reload = Please load the page again in a moment.
web-start-database = The database
web-start-token = The token with the keys
web-start-workers = The readers of documents
web-start-telegram = Telegram

# Trouble

web-trouble-title = That did not work
web-trouble-400-title = That did not work
web-trouble-400 = What was sent is not complete. Please go back and try again.
web-trouble-403-title = Please open the page again
web-trouble-403 = This page is too old or was opened in another way. Nothing was changed. Open it again from the chat.
web-trouble-404-title = Nothing here
web-trouble-404 = There is no page at this address. Please check the link.
web-trouble-405-title = Nothing here
web-trouble-405 = This address cannot be used that way.
web-trouble-413-title = The file is too large
web-trouble-413 = Up to 20 MB can be checked here.
web-trouble-429-title = One moment, please
web-trouble-429 = Many requests came from your network. Please try again in a minute.
web-trouble-503-title = One moment, please
web-trouble-503 = A part of the system is not answering. Nothing was lost. Please try again in a minute.
web-trouble-500-title = That did not work
web-trouble-500 = Something went wrong on our side. Nothing was lost. Please try again.
web-link-gone-title = This link has been used
web-link-gone = The link works once and for a limited time. Ask for a new one in the chat or from your administrator.

# Enrolment

web-enrol-title = Set up your codes
web-enrol-for = Sign codes for
web-enrol-begin = You will link an authenticator app, such as Google Authenticator, Aegis or 1Password. Its codes confirm every document that you sign.
web-enrol-not-you = If this is not your name, close the page and tell your administrator.
web-enrol-begin-button = Begin
web-enrol-minutes = Have the app ready: from now you have { $minutes } minutes.
web-enrol-scan = Scan this with your authenticator
web-enrol-qr = QR code for the authenticator
web-enrol-same-phone = Open the authenticator on this phone
web-enrol-type-key = Or type this key into the app:
web-enrol-key-facts = Time-based, 6 digits. It is shown only now: keep it to yourself.
web-enrol-prove = Enter two codes in a row
web-enrol-two-codes = Enter the code that the app shows, wait until it changes, then enter the next one.
web-enrol-first = First code
web-enrol-second = The next code
web-enrol-wait = The next code appears in { "{s}" } s.
web-enrol-now = Now enter the code that the app shows.
web-enrol-finish = Finish
web-enrol-again = Show a new QR and start over
web-enrol-wrong = These codes do not fit. Use two codes that follow each other, and let your phone set its clock automatically.
web-enrolled-title = Your codes are set up
web-enrolled = These ten recovery codes help when your phone is lost. Each works once. They are shown only now: print them or keep them in a safe place.
web-enrolled-keep = Do not keep them on the same phone. You can close this page when they are safe.
web-recover-title = Your codes are already set up
web-recover = There is nothing to do here while your authenticator works.
web-recover-lost = I lost my phone
web-recover-how = Enter one of your recovery codes. Your old authenticator stops working at once, and you set up a new one.
web-recover-code = Recovery code
web-recover-button = Replace my authenticator
web-recover-wrong = This recovery code does not fit or has been used. If you have none left, your administrator can help.
web-recovered = Your old authenticator no longer counts. Now set up the new one.

# Signing

web-sign-title = Sign
web-sign-one = Sign as { $signer }
web-sign-many = { $number ->
    [one] Sign { $number } document as { $signer }
   *[other] Sign { $number } documents as { $signer }
}
web-sign-opening = Opening …
web-sign-outside = Please open this page with the button in the chat.
web-sign-expired = The ten minutes are over. Nothing was signed. Tap Sign in the chat again.
web-sign-time-left = Time left
web-sign-all-pages = Show all pages
web-sign-page = Page
web-sign-code = Code from your authenticator, six digits
web-sign-erase = Erase the last digit
web-sign-cancel = Cancel
web-sign-back = Back
web-sign-close = Close
web-sign-done = { $number ->
    [one] Signing … The document comes to the chat by itself. You may close this page.
   *[other] Signing { $number } documents … They come to the chat by themselves. You may close this page.
}
web-sign-withdrawn = Cancelled. Nothing was signed; the request waits in the chat.
web-record-gone-title = This page is out of date
web-record-gone = There is nothing to sign at this address. Tap Sign in the chat again.
web-short-B-B = Advanced signature
web-short-B-T = Advanced signature with trusted time
web-short-beside-B-B = Advanced signature in a file of its own
web-short-beside-B-T = Advanced signature with trusted time in a file of its own
web-level-B-B = Advanced electronic signature (PAdES B-B): the time is the server's own word.
web-level-B-T = Advanced electronic signature with trusted time (PAdES B-T).
web-level-beside-B-B = Advanced electronic signature in a file of its own (CAdES B-B): the document stays as it is, the time is the server's own word.
web-level-beside-B-T = Advanced electronic signature with trusted time in a file of its own (CAdES B-T): the document stays as it is.
web-key-own = Your own key
web-key-signers = The signer's own key
web-key-seal = Company seal
web-key-software = software token
web-key-hardware = hardware token
web-key-test = TEST key, no legal value
web-key-until = valid until { $date }
web-code-honest-title = Your code
web-code-honest = One code signs exactly what is shown here, once. It is checked by our server: enter it on no other page, and tell it to nobody.

# Verification

web-verify-title = Check a signed document
web-verify = Who signed, when, and was it changed afterwards? The file is checked and forgotten; nothing is kept.
web-verify-drop = Drop a PDF here or choose one
web-verify-limit = Up to 20 MB. A document and its .p7s: drop both together
web-verify-wait = checking …
web-verify-button = Check
web-verify-another = Check another file
web-verdict-valid-title = The signature is valid
web-verdict-valid = The document was not changed after signing, and somebody we trust vouches for the signer.
web-verdict-valid-but-unknown-signer-title = Not changed, but we cannot say who signed
web-verdict-valid-but-unknown-signer = The document was not changed after signing, but nobody we trust vouches for the signer.
web-verdict-changed-title = Changed after signing
web-verdict-changed = Something was added that no signature covers. Do not rely on this file.
web-verdict-broken-title = The signature is broken
web-verdict-broken = The file or its signature was changed or damaged. Do not rely on it.
web-verdict-unsigned-title = Not signed
web-verdict-unsigned = This PDF carries no electronic signature.
web-verdict-document-missing-title = The document is missing
web-verdict-document-missing = This is a signature in a file of its own. Choose both files together: the document and its .p7s.
web-verdict-unreadable-title = The file cannot be judged
web-verdict-unreadable = It could not be read as a sound PDF within our limits, so nothing can be said about signatures in it.
web-signature-valid = valid
web-signature-valid-but-unknown-signer = signer unknown
web-signature-changed = changed after signing
web-signature-broken = broken
web-signature-unsigned = no signature
web-signature-unreadable = unreadable
web-signer-unreadable = Signer cannot be read
web-trusted-by = { $root }
web-trusted-by-nobody = nobody we trust
web-time-proved = { $time }, proved by { $authority }
web-time-stated = { $time }, by the signer's own word
web-time-unknown = not stated
web-changed-no = not changed
web-changed-yes = changed in a way that no signature covers
web-changed-broken = the signed bytes no longer fit
web-kind-ses = Simple electronic signature
web-kind-ades = Advanced electronic signature
web-kind-seal = Electronic seal
web-claims-qualified = calls itself qualified (not checked)
web-ours = Our number
web-report = Full report
web-report-download = Download as JSON

# /v/NUMBER

web-number-title = Or look up a number
web-number-label = Number in the stamp
web-number-button = Look up
web-number-unknown-title = We do not know this number
web-number-unknown = Please compare it with the number in the stamp: twelve letters and digits in three groups.
web-state-waiting = Waiting for the signer
web-state-frozen = On hold
web-state-signing = Being signed
web-state-signed = Signed
web-state-rejected = Not signed: refused
web-state-expired = Not signed: the time ran out
web-state-cancelled = Not signed: cancelled
web-compare-title = Is it your file?
web-compare = Your browser compares the fingerprint; the file is not sent anywhere.
web-compare-drop = Drop the signed PDF here or choose it
web-compare-same = Yes: this is the very file that was signed under this number.
web-compare-other = No: this file is not the one that was signed under this number.

# This was not me

web-lock-title = Was this not you?
web-lock = Locking stops your key at once: nothing more is signed in your name, whoever has your phone or your code.
web-lock-button = Lock my key now
web-lock-undo = Only an administrator can lift the lock.
web-locked-title = Your key is locked
web-locked = Nothing more can be signed in your name. The administrators have been told; please talk to them.
