# Sending a signed document to a client: the letter, the page of a link, the requester's buttons, the deal's timeline.

letter-subject = Signed: { $documents }
letter =
    Good day,

    attached you find { $documents }, signed by { $signer } for { $company }.
    { $requester } sends it to you.

    Request: { $number }
    Fingerprint of the signed file: { $fingerprint }
letter-check =
    How to check it: open the file in a PDF reader that shows signatures, such as Adobe Acrobat Reader. It names the signer and says that nothing was changed since. Where it says that it does not know who vouches for the signer, the signature itself is unharmed: ask us for our root certificate.
letter-check-online =
    Or drop the file here, without installing anything: { $verify }
    What was signed, when and by whom: { $page }

web-share-title = Signed document
web-share-eyebrow = For you from { $company }
web-share-lead = { $signer } signed it. Download it here and keep it: the file itself is the original.
web-share-download = Download { $name }
web-share-ends = This link works until { $until }, for { $left ->
        [one] one more download
       *[other] { $left } more downloads
    }.
web-share-check-title = How to check and trust it
web-share-check-reader = Open it in a PDF reader that shows signatures, such as Adobe Acrobat Reader: it names the signer and says that nothing was changed since.
web-share-check-root = If the reader does not know who vouches for the signer, the signature itself is unharmed. Ask whoever sent you this link for the company's root certificate, by telephone if you can.
web-share-check-online = Nothing installed? Drop the file on our own page, which keeps nothing of it:
web-share-verify = Check a signed file
web-share-number = What we know of this signature
web-share-expired-title = This link has expired
web-share-expired = Ask whoever sent it to you for a new one. The document itself is kept.
web-share-used-up-title = This link has been used up
web-share-used-up = The document was downloaded as often as the link allows. Ask whoever sent it to you for a new one.
web-share-revoked-title = This link was taken back
web-share-revoked = Whoever sent it to you has ended it. Please ask that person.
web-share-unknown-title = There is nothing here
web-share-unknown = This link is incomplete or does not exist. Copy it once more as a whole, or ask whoever sent it to you.

button-share = 🔗 Link for the client
button-mail = 📧 Send by e-mail
button-mail-sure = 📧 Yes, send it
button-unshare = Take the link back
client-address = Write the client's e-mail address as your next message.
client-sure = Send the signed file to { $address }?
client-link =
    🔗 Link for the client to “{ $document }”. It works until { $moment }, for { $downloads ->
        [one] one download
       *[other] { $downloads } downloads
    }. Whoever has it can download the file; you can take the link back with the button under the signed file.
    { $url }
client-link-open = 🔗 Link { $link }: until { $moment }, downloaded { $downloads } of { $most }
client-link-ended = 🔗 Link { $link }: { $why }
client-ended-link-expired = expired
client-ended-link-revoked = taken back
client-ended-link-used-up = used up
client-mail-promised = 📧 { $address }: on its way
client-mail-delivered = 📧 { $address }: sent
client-mail-failed = ⚠️ { $address }: not sent, { $reason }
toast-link = The link comes in a moment
toast-mailed = It goes out to { $address }
toast-unshared = The link opens nothing any more

sent-link = 🔗 { $document }: { $person } made link { $link } for the client, until { $moment }, for { $downloads ->
        [one] one download
       *[other] { $downloads } downloads
    }.
sent-link-ended = 🔗 { $document }: link { $link } for the client was ended ({ $why }).
sent-mail = 📧 { $document } was sent to { $address } by e-mail.
sent-somebody = the administrator

error-NotAllowed-no-links = There are no links for clients here: the administrator switched them off, or there is no public address.
error-NotAllowed-no-mail = No mail server is set up here. Ask the administrator, or send a link.
error-NotAllowed-not-an-address = That is no e-mail address. It looks like name@example.com; please write it once more.
error-NotAllowed-sent-already = It was sent to that address already. Nothing was sent again.
error-NotAllowed-link-expired = This link has expired.
error-NotAllowed-link-used-up = This link has been used up.
error-NotAllowed-link-revoked = This link was taken back.
reason-address = the mail server does not know that address
reason-mail-refused = the mail server refused the letter, perhaps because the file is too large; send a link instead
