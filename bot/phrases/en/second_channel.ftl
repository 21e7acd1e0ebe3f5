# Told to the owner of a key on the second channel.
key-used-subject = Your key signed: { $number }
key-used =
    { $name }, your key has just signed.

    Document: { $documents }
    Asked by: { $requester }
    When: { $when }
    Request: { $number }
    Fingerprint of the signed file: { $fingerprint }

    If this was you, there is nothing to do.
key-used-lock-link =
    This was not you? Open this page and lock your key at once:
    { $url }
key-used-lock-command = This was not you? Send /lock to the signing bot at once, or call your administrator.
