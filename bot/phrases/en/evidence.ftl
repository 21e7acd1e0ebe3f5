# The evidence file of a request: its summary, its guide, the verdict of `countersign evidence verify`.

evidence-title = Evidence for request { $number }
evidence-lead-signed = Signed: { $signers }. Asked for by { $requester }. This page tells in plain words what the other parts of the file prove; the parts count, not this page.
evidence-lead-open = Not signed: { $state }. Asked for by { $requester }. This page tells in plain words what the other parts of the file prove; the parts count, not this page.
evidence-foot = Evidence for request { $number }, made { $at }
evidence-nobody = nobody yet
evidence-unknown = unknown

evidence-request = The request
evidence-number = Number
evidence-state = State
evidence-requester = Asked for by
evidence-signer = Asked of
evidence-asked-at = Began
evidence-finished-at = Finished
evidence-deadline = Was to be answered by
evidence-amount = Amount
evidence-amount-requester = { $amount }, as { $who } said
evidence-amount-deal = { $amount }, as the deal said
evidence-comment = Comment
evidence-reason = Reason
evidence-delegated = Acts for
evidence-ground = On the ground of
evidence-made = File made
evidence-made-by = { $at }, by { $who }
evidence-console = the administrator of the machine
evidence-system = the program itself

evidence-document = Document { $place }: { $name }
evidence-extent = Extent
evidence-extent-is = { $pages ->
        [one] 1 page
       *[other] { $pages } pages
    }, { $bytes } bytes
evidence-shown = Fingerprint shown to the signer
evidence-signed-file = Fingerprint of the signed file
evidence-original = Fingerprint of what arrived
evidence-original-why = { $sha256 } ({ $name }, made into the PDF that was shown)
evidence-warnings = Told on the card
evidence-parts = In this file
evidence-gone = The bytes were deleted here before this file was made.

evidence-signature = Signature on document { $place }: { $signer }
evidence-signature-at = Time
evidence-time-proved = { $at }, proved by a time-stamp authority
evidence-time-stated = { $at }, by the clock of this installation
evidence-level = Level
evidence-certificate = Fingerprint of the certificate
evidence-confirmed = Confirmed
evidence-confirmed-at = { $at }, with a one-time code of the signer; shown since { $shown }
evidence-sealed-at = { $at }, under a standing mandate ({ $who }): no person's code, the mandate was granted with one
evidence-record = Activation record
evidence-record-is = { $nonce }; one code covered { $documents ->
        [one] this document
       *[other] { $documents } documents
    }
evidence-policy = Rules in force
evidence-policy-is = { $name }, fingerprint { $sha256 }

evidence-history = What happened
evidence-history-time = All times are UTC.
evidence-told = Who got the result
evidence-told-promised = promised
evidence-told-sending = being sent
evidence-told-delivered = delivered
evidence-told-failed = could not be delivered

evidence-proves = What this file proves
evidence-proves-shown = What was shown is what was signed: the signed file begins with the very bytes whose fingerprint the signer saw, and the activation record names this fingerprint.
evidence-proves-key = The key signed exactly that: the rows of the activation module's ledger name the code, the record and the signature, and the module has signed the list of these rows.
evidence-proves-journal = Nothing was written into the journal afterwards: its rows form a chain up to a head that the journal's own key has signed. Rows of other requests stand in the chain as fingerprints only.
evidence-proves-not = It does not prove that the person who held the telephone and the code was the one named: that rests on how the company gave out code and key. It does not say whether a certificate was revoked later.
evidence-check = How to check it
evidence-check-how = countersign evidence verify FILE judges the whole file without a server. README.txt says how to do it with programs that everybody has.
evidence-check-keys = Two fingerprints must come from the company by another way, such as by telephone: the one of the journal’s key (journal/key.pem) and the one of the root certificate.

evidence-event-request-drafted = { $who } sent the document
evidence-event-request-submitted = { $who } asked { $to } to sign
evidence-event-request-shown = Shown to the signer
evidence-event-request-looked-at = { $who } looked at it
evidence-event-request-reassigned = { $who } asked somebody else to sign
evidence-event-request-delegated = { $who } handed it over
evidence-event-request-postponed = { $who } put it off
evidence-event-request-questioned = { $who } asked a question
evidence-event-request-answered = { $who } answered
evidence-event-request-reminded = The signer was reminded
evidence-event-request-approved = { $who } tapped Sign and saw what one code would cover
evidence-event-request-confirmed = { $who } confirmed with a one-time code
evidence-event-request-not-confirmed = { $who } entered a code that did not count
evidence-event-request-frozen = Stopped
evidence-event-request-resumed = { $who } asked again
evidence-event-request-signed = All signatures are made
evidence-event-request-released = Given back to the signer: nothing was signed
evidence-event-request-rejected = { $who } refused
evidence-event-request-cancelled = { $who } took it back
evidence-event-request-expired = The time ran out
evidence-event-request-erased = Erased by the policy of retention; the fingerprints stay
evidence-event-request-pages-accepted = { $who } looked at the pages that were made and accepted them
evidence-event-request-circulated = { $who } sent it along a route
evidence-event-request-agreed = { $who } approved it without a key
evidence-event-request-filed = { $who } chose where the signed file goes
evidence-event-request-refused = Refused by the check of documents
evidence-event-signature-made = Signature of { $who } made, document { $place }
evidence-event-signature-refused = The self-check refused a signature
evidence-event-delivery-made = The signed file was delivered
evidence-event-delivery-failed = The signed file could not be delivered
evidence-event-delivery-renewed = The signed file is sent once more
evidence-event-share-made = { $who } made a link for a client
evidence-event-share-revoked = A link for a client was taken back
evidence-event-share-downloaded = Somebody with the link downloaded the signed file
evidence-event-share-mailed = { $who } sent the signed file to a client by e-mail
evidence-event-request-sealed = Covered by a standing mandate ({ $who })
evidence-event-request-not-sealed = No standing mandate covers it
evidence-event-request-stood-in = Somebody is away: { $to } is asked instead
evidence-event-request-returned = The absence is over: it waits again for the one who was away
evidence-event-request-escalated = Reminders were in vain: the next one in line was told
evidence-event-mandate-proposed = The standing mandate was shown, word for word
evidence-event-mandate-granted = { $who } granted the standing mandate with a one-time code
evidence-event-mandate-revoked = The standing mandate was revoked
evidence-event-evidence-made = An evidence file was made for { $who }

evidence-guide =
    Evidence for request { $number }

    This file can be judged by anybody, without the company that made it and without its server.

    The short way, with Countersign installed anywhere:

        countersign evidence verify FILE

    The same by hand, with sha256sum, openssl and pdfsig, after unpacking this file into an empty folder:

      1. Every part is as it was written:
         sha256sum -c manifest.sha256
      2. The journal's key has signed the list of parts, the head of the journal, and the ledger's statement:
         openssl dgst -sha256 -verify journal/key.pem -signature manifest.sha256.sig manifest.sha256
         openssl dgst -sha256 -verify journal/key.pem -signature journal/head.sig journal/head.json
         openssl dgst -sha256 -verify journal/key.pem -signature ledger/statement.sig ledger/statement.json
      3. The signatures of a document, and the time-stamp of one (the numbers: document, signature):
    { $signatures }
         openssl ts -verify -token_in -in timestamps/1-1.tst -data timestamps/1-1.value -CAfile certificates/tsa-roots.pem

    What the parts are:

      summary.pdf       what happened, in plain words
      evidence.json     the same for programs
      documents/N/      shown.pdf: the bytes that the signer saw; signed.pdf: the result, which begins with these bytes,
                        or signature-N.p7s: signatures in files of their own;
                        original: what arrived, when the PDF was made from something else
      records/          what exactly one code covered (canonical JSON; its SHA-256 stands in journal and ledger)
      ledger/           the rows of the activation module, the one door to the keys, and its signed statement about them
      journal/          the journal's rows of this request, and the chain from them to a signed head.
                        A line with "digest" keeps the place of a row that is about something else
      certificates/     what the signatures carry; roots.pem and tsa-roots.pem: what the company trusts
      timestamps/       the time-stamp tokens (RFC 3161) and the signature values that they cover

    What must come from elsewhere: that journal/key.pem is the key of the company's journal, and that the root
    certificate is the company's. Compare their fingerprints with what the company tells you by another way.

evidence-guide-inside = pdfsig documents/1/signed.pdf
evidence-guide-beside = openssl cms -verify -binary -cades -purpose any -inform DER -in documents/1/signature-1.p7s -content documents/1/shown.pdf -CAfile certificates/roots.pem -out checked.bin

evidence-verdict-sound = Sound: nothing in this file was changed, as far as it was checked.
evidence-verdict-broken = NOT sound. Found:
evidence-verdict-notes = Not checked, or worth knowing:
evidence-verdict-part = { $part }: { $words }

evidence-fault-between-parts = There is something between the parts of the file, or it was packed anew.
evidence-fault-manifest-unreadable = The list of parts cannot be read.
evidence-fault-manifest-signature = The list of parts is not signed by the journal's key.
evidence-fault-part-missing = This part is missing.
evidence-fault-part-unlisted = This part is not in the list: somebody put it in.
evidence-fault-part-changed = This part was changed.
evidence-fault-part-unreadable = This part is not as we write it.
evidence-fault-key-differs = This is not the journal's key that you have given.
evidence-fault-journal-row = Row { $row } of the journal was changed, or does not follow the one before it.
evidence-fault-journal-end = The journal's rows do not lead to the signed head ({ $row }).
evidence-fault-head-signature = The head of the journal is not signed by the journal's key.
evidence-fault-head-differs = The copy of the heads tells another head at row { $row }: the journal was written anew.
evidence-fault-ledger-row = Row { $row } of the ledger was changed.
evidence-fault-ledger-order = Row { $row } of the ledger cannot follow what stands before it.
evidence-fault-statement-signature = The ledger's statement is not signed by the journal's key.
evidence-fault-statement-differs = The ledger's statement speaks of other rows.
evidence-fault-record-form = This record is not written as it was when it was approved.
evidence-fault-record-differs = This is not the record that the code confirmed.
evidence-fault-mandate-differs = This is not the standing mandate that was granted with a code.
evidence-fault-mandate-not-used = The ledger counts no use of this mandate for the record.
evidence-fault-shown-not-in-journal = The journal tells of another document at the beginning.
evidence-fault-shown-differs = These are not the bytes whose fingerprint was shown.
evidence-fault-original-differs = These are not the bytes that arrived.
evidence-fault-not-prefix = The signed file does not begin with the bytes that were shown.
evidence-fault-signed-differs = This is not the file that the bot kept after signing.
evidence-fault-not-approved = No record of an approval covers this document ({ $signer }).
evidence-fault-not-in-ledger = The activation module knows nothing of this signature ({ $signer }).
evidence-fault-not-what-the-key-signed = The key signed other bytes than these.
evidence-fault-signature-not-in-file = The signature that the key made is not in this file.
evidence-fault-signature-not-in-journal = The journal does not tell this signature ({ $signer }).
evidence-fault-foreign-signature = A signature was added that the ledger does not know ({ $field }).
evidence-fault-certificate-differs = The certificate is not the one that the record names.
evidence-fault-copy-differs = This is not what the signed document carries.
evidence-fault-signature-unreadable = The signatures in it cannot be read.
evidence-fault-signature-broken = The signature of { $signer } does not hold ({ $problem }).
evidence-fault-signer-not-trusted = The certificate of { $signer } is not to be trusted ({ $problem }).
evidence-fault-facts-differ = It says something else than journal and records ({ $field }).
evidence-fault-time-order = Row { $row } is older than what stands before it.
evidence-fault-time-future = The file says that it was made in the future.
evidence-fault-time-of-code = The code was not entered in the ten minutes after the documents were shown.
evidence-fault-time-stamp-implausible = A time-stamp does not lie between the signature and the head of the journal.

evidence-note-key-unknown = Whether this is the key of the company's journal. Compare with what the company tells you (SHA-256 of the key): { $sha256 }. Or give --journal-key.
evidence-note-heads-unknown = Whether the journal was written anew as a whole. Give --heads with the copy of the heads that was kept elsewhere.
evidence-note-head-not-in-copy = The copy of the heads does not have the one of row { $row } (yet).
evidence-note-roots-unknown = Whether this root certificate is the company's. Compare its fingerprint (SHA-256): { $sha256 }. Or give --roots.
evidence-note-policy-unknown = The rules of approval in force then are known by their fingerprint only.
evidence-note-bytes-gone = The bytes are not in the file: they were deleted at the company before it was made.
evidence-note-signer-unknown = Nobody who is trusted here vouches for { $signer } ({ $problem }); the signature itself holds.
evidence-note-test-certificate = The certificate of { $signer } is a TEST certificate.
evidence-note-revocation = Whether a certificate was revoked: nothing was asked of the network.
evidence-note-people = Whether the people are who the file says: no file can prove it.
evidence-note-weak-isolation = The documents were read without the usual walls around the reading program: this machine does not offer them.
evidence-not-evidence = This is not an evidence file ({ $why }). Nothing was judged.

error-NotAllowed-not-your-request = You did not ask for this request and did not sign it. An auditor can look at it.
error-NotAllowed-evidence-of-others = One code covered this document together with other people’s. The evidence names them all, so only an auditor may have it. Please ask your administrator.
error-NotFound-head = The journal has no signed head yet. Please try again in a minute.

command-history = your requests and those you signed; with words: search
history-head = 🗂 Your requests: { $total }
history-head-all = 🗂 Everybody's requests: { $total }. That you look is written into the journal.
history-searched = Searched for: { $words }
history-nothing = Nothing fits. Everything you write must fit, so try less.
history-line = { $state } · { $moment } · { $number }
    { $requester } → { $signer }
history-hint = Search: /history and part of a document's name, a person, a number, the first digits of a fingerprint, a day (05.11.2026), a month (2026-11) or a state (signed). 📎 sends the evidence file of a request.
button-newer = ◀ Newer
button-older = Older ▶
toast-evidence = The evidence file comes in a moment
evidence-caption = Evidence for request { $number }: documents, records, journal and a summary in plain words. Whoever gets it can judge it without us: README.txt inside says how.
evidence-too-large = The evidence for request { $number } is too large for Telegram. Please ask your administrator: countersign evidence make { $number }
evidence-not-here = The documents of this request do not pass Telegram, and its evidence holds them. Fetch it on our page (/page), or ask your administrator.
desk-act-evidence = Evidence
