# How strangers check our signatures: the page /trust, the note to forward, `countersign trust`.

trust-title = How to check documents signed by { $company }
trust-unknown = The document carries an electronic signature. A program may say “unknown signer”: by itself that says nothing against the document. The program only does not know the company’s own certificate authority yet, as it would not know a stranger’s stamp.
trust-ways = Ways to check
trust-way-reader = Open the file in a program that shows signatures, such as Adobe Acrobat Reader. It names the signer and says whether anything was changed since.
trust-way-online = Or check it without installing anything: { $verify }
trust-way-page = Root certificate, fingerprint and instructions: { $page }
trust-way-acrobat = To make Acrobat know the signer: click the signature, then “Signature Properties” and “Show Signer’s Certificate”. Choose the topmost certificate, compare its SHA-256 fingerprint, then “Trust” and “Add to Trusted Certificates”, tick “Use this certificate as a trusted root”, and validate the signatures again. Names of menus differ a little from version to version.
trust-root = Root certificate: { $name }
    SHA-256: { $sha256 }
trust-compare = Before you trust it, ask somebody you know in the company for the fingerprint by another way, such as by telephone, and compare: whoever could forge this note could forge the fingerprint in it.
trust-root-title = The root certificate
trust-root-name = Name
trust-root-fingerprint = Fingerprint (SHA-256)
trust-root-until = Valid until
trust-why = Why it is so, and what it means
trust-why-meaning = The signature shows two things: nothing was changed since, and the holder of this certificate’s key signed. The company’s own authority vouches for who that is. With trusted time, an independent authority proves when.
trust-why-list = Programs know authorities from lists of their makers. Acrobat takes the Adobe Approved Trust List (AATL) and the trusted lists of the European Union. An authority of a company’s own is in no list, so the mark is yellow until somebody trusts the root.
trust-why-green = There are two ways to green without that step: a signing certificate from an authority on the AATL, or from a qualified trust service provider of the European Union’s lists. A qualified signature also needs that provider’s device or service; such a signature is not what this one claims to be.
trust-no-root = The company has not told a root certificate here yet. Ask whoever sent you the document.
trust-journal-title = The journal
trust-journal = Everything that happens to a document is written into a journal that nobody can rewrite unseen. Whoever judges an evidence file compares the journal’s key with this one.
trust-download-root = Download the root certificate
trust-download-journal = Download the journal’s key
trust-lead = { $company } signs documents with certificates of its own authority. Here is what you need to check them.

button-how = ❔ How to check
toast-note = The note comes in a moment
trust-forward = Forward this to whoever gets the document ⬇
