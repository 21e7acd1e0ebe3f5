# Errors: what happened, that nothing was lost, and what to do.

error-SigningError = Something did not work. Nothing was signed and nothing was lost. Please try again in a minute.

# Refusals of the gate
refused-empty = This file is empty. Please send it again; if it stays empty, ask for a fresh copy.
refused-too-large = This file is larger than { $limit_mb } MB, the most I can take. Please make it smaller, for example by printing it to PDF.
refused-not-a-pdf = This file is called PDF but is something else. Please open it and save it as PDF.
refused-kind-archive = This is an archive. Please unpack it and send the documents themselves.
refused-kind-text = This is a file of data (XML), not a document to read. Please save the document as PDF and send that.
refused-kind-unknown = I do not know this kind of file. I sign PDFs, photos of paper, office files and texts.
refused-truncated = This file is cut off: its end is missing. Please send it again, or ask for a fresh copy.
refused-damaged = This PDF is damaged or unusual, so I cannot be sure that everybody sees the same in it. Please open it, print it to PDF and send the new file.
refused-damaged-image = This picture is damaged. Please take or save it again.
refused-hybrid-xref = Programs may read this PDF in two ways. Please print it to PDF and send the new file.
refused-encrypted = This PDF is encrypted. Please save a copy without protection and send that.
refused-password = This PDF has a password. Please save a copy without one and send that.
refused-permissions = The author of this PDF forbids changes, and a signature is one. Please ask for a copy without this restriction.
refused-xfa = This PDF is a dynamic XFA form that looks different in each program. Please print it to PDF and send the new file.
refused-javascript = There is a script in this PDF: it could show something else after signing. Please print it to PDF and send the new file.
refused-active-content = This PDF starts, fetches or carries something besides its pages. Please print it to PDF and send the new file.
refused-hidden = There is something in this PDF that its reader does not see. Please print it to PDF and send the new file.
refused-too-many-pages = This document has too many pages for me. Please send it in parts.
refused-too-many-objects = This PDF is built of too many pieces. Please print it to PDF and send the new file.
refused-too-many-pixels = This picture is too large. Please send a smaller one.
refused-too-deep = This PDF is nested too deeply to be read safely. Please print it to PDF and send the new file.
refused-bomb = This file unpacks to far more than it should. I do not open it. Please ask for a fresh copy.
refused-locked = An earlier signer has locked this PDF: no further signature may be added. Please ask that signer for a copy without the lock.
refused-broken-signature = An earlier signature in this PDF is broken already. Please ask for an unbroken copy.
refused-no-such-page = There is no such page in this document.

# Warnings of the gate
warning-links = There are links to web pages in it.
warning-comments = There are comments or marks on its pages.
warning-forms = There are form fields in it.
warning-layers = It has layers; all of them are visible.
warning-hidden-annotations = Some of its marks are not visible.
warning-usage-rights = Reader rights are set by another program.

# Not allowed
error-NotAllowed = You may not do that here. Nothing was changed. If you think you should, ask your administrator.
error-NotAllowed-self-sign = You cannot be the signer of your own document here. Please choose somebody else.
error-NotAllowed-not-a-signer = { $person } is no signer. Please ask somebody else, or your administrator.
error-NotAllowed-not-a-deputy = { $person } is not your deputy. Your administrator can change that.
error-NotAllowed-locked = Your signature is locked. Only an administrator can unlock it.
error-NotAllowed-too-soon = A reminder went out not long ago. Please give it a little time.
error-NotAllowed-too-many-requests = You have sent { $number } requests within { $hours } hours, the most that is allowed. This one was not taken; please send it again later.
error-NotAllowed-signer-busy = { $person } already has { $number } requests of yours waiting. Nothing was lost; submit this one when some of them are answered, or ask somebody else.
error-NotAllowed-too-late = That moment has passed already. Please choose another one.
error-NotAllowed-not-an-administrator = Only another administrator may do that.
error-NotAllowed-bound = This link cannot be used here: the account or the person is connected already. Ask your administrator for help.
error-NotAllowed-enrolled = Your authenticator is set up already. If you lost it, use a recovery code on the page.
error-NotAllowed-init-data = Telegram's sign-in for this page is over. Please close the page and open it from the card again.
error-NotAllowed-typed-code = Codes may not be typed in the chat here. Please use another way on the card.
error-NotAllowed-keypad = The keypad is switched off here. Please use another way on the card.
error-NotAllowed-nothing-ticked = Nothing is ticked. Tick at least one request.
error-NotYourTurn = This waits for somebody else now. Nothing was changed.
error-NotYourTurn-not-the-requester = Only the person who asked may do that.
error-LockedPerson = This signature is locked. Only an administrator can unlock it.
error-NotAllowedNow = That is not possible any more: things have moved on. The card shows how they stand.
error-StaleRequest = Somebody was faster. Nothing was lost; the card shows how things stand now.
error-NotFound = I cannot find that any more. Nothing was changed.
error-NotFound-nobody = I know nobody of that name.
error-NotFound-several = Several people have that name. Please write it in full.

# The code
error-NotConfirmed = The code did not confirm it. Nothing was signed. Please start again from the card.
error-WrongCode = Not this code: wrong, old or already used. { $attempts_left ->
    [0] No tries are left.
    [one] 1 try is left.
   *[other] { $attempts_left } tries are left.
} Wait for a new code; if it happens again, switch your phone's clock to automatic.
error-RecordSpent = Three codes did not fit, so I stopped this. Nothing was signed. The requester can ask again.
error-LockedOut = Too many codes did not fit: your signature is locked until an administrator unlocks it. Nothing was signed.
error-RecordExpired = The ten minutes are over. Nothing was signed. Tap Sign again.
error-NotEnrolled = You have no authenticator yet. Send /factor to set it up; then sign.
error-RecordRefused = What was shown is not what would be signed, so I stopped. Nothing was signed. Please ask again; the administrator sees why.
error-UnknownOutcome = The token did not answer whether it signed. I do not sign twice by myself; the administrator knows.

# Parts that are away
error-KeyUnavailable = The key cannot be reached right now. Nothing was signed. Please try again later.
error-KeyUnavailable-no-key = There is no key for you yet. Please ask your administrator.
error-KeyUnavailable-no-certificate = Your key has no certificate yet. Please ask your administrator.
error-KeyUnavailable-certificate-dates = Your certificate is not valid today. Please ask your administrator for a new one.
error-ActivationUnavailable = The signing module is restarting. Nothing was signed. Please try again in a minute.
error-TimestampUnavailable = The time-stamp authority does not answer. Nothing was lost, it goes on by itself.
error-SignatureRefused = The signature did not pass its check, so nobody gets it. Please ask again; the administrator knows.
error-DeliveryFailed = It could not be delivered. The signed file is kept; ask your administrator.
error-WorkerFailed = The document could not be read in time. Nothing was lost. Please try again in a minute.
error-DiskFull = There is no room for another document right now. Nothing was taken in; the administrator must make room.
error-TelegramAway = Telegram does not answer right now. Nothing was lost. Please try again in a minute.
error-TelegramRefused = Telegram refused that. Nothing was changed. Please try again.
error-TooFast = Telegram asks for a pause. Nothing was lost, it goes on by itself.

# Reasons of a refusal, a stop or a delay
reason-wrong-amount = Wrong amount
reason-wrong-document = Wrong document
reason-not-agreed = Not agreed
reason-not-mine = Not for me
reason-wrong-codes = three codes did not fit
reason-unknown-outcome = the token did not say whether it had signed, so you are asked again
reason-self-check = the signature did not pass its check
reason-record-refused = what was shown is not what would be signed
reason-locked = the signer is locked
reason-unfinished = a part was away for too long
reason-timestamp-away = the time-stamp authority does not answer
reason-token-away = the key cannot be reached
reason-key-pending = the key is still at work
reason-workers-away = the document workers are busy
reason-no-key = there is no key for that person
reason-no-certificate = the key has no certificate
reason-certificate-dates = the certificate is not valid today
reason-blocked = the chat with the bot is closed
reason-deal-changed = somebody changed the file in the deal meanwhile, so it was not overwritten; the signed file is in the deal's timeline
reason-no-field-beside = the document's field holds one file only and there is no free field for its signature; both files are in the deal's timeline
reason-deal-deleted = the deal was deleted
reason-abandoned = it was tried too often
refused-too-hard = { $name } takes too long or too much memory to read safely. Nothing was signed. Print it to PDF again, or split it into smaller files, and send it once more.
