# People: how they join, roles, and what two administrators decide.

# Roles
role-requester = requester
role-signer = signer
role-operator = operator
role-auditor = auditor
role-administrator = administrator

# What a proposal is about
proposal-role = A role for { $about }
proposal-key = A new key “{ $about }”
proposal-key-owner = One more owner of the key “{ $about }”
proposal-key-certificate = A certificate for the key “{ $about }”
proposal-factor-reset = { $about } may set up another authenticator; the present one is forgotten

# The difference, one line a change
change-line = { $what }: { $old } → { $new }
change-nothing = none
change-roles = Roles
change-owners = Owners
change-key = Key
change-certificate = Certificate, SHA-256
change-authenticator = Authenticator

# How it stands
proposal-head = 🗝 Wider rights: two administrators decide
proposal-by = Proposed by { $by }
proposal-behind = Behind it: { $names }
proposal-number = Proposal { $number }
proposal-state-open = Another administrator must approve it by { $moment }; otherwise nothing changes.
proposal-state-delayed = Nobody else can approve it, so it takes effect by itself ({ $moment }) unless somebody stops it.
proposal-state-approved = Approved. It takes effect in a moment.
proposal-state-applying = Approved. It takes effect in a moment.
proposal-state-applied = ✅ It has taken effect.
proposal-state-objected = ✖ Stopped. Nothing was changed.
proposal-state-objected-by = ✖ { $by } stopped it. Nothing was changed.
proposal-state-expired = ⌛ Nobody approved it in time. Nothing was changed.
proposal-state-stale = ➖ What it was about has changed meanwhile, or it cannot be done any more. Nothing was changed; propose it again.
proposal-sure = Stop this proposal? Nothing of it will take effect.
proposal-console = Codes are entered neither here nor on keys in this company. Approve it at the server's console: { $command }
proposals-empty = Nothing waits for a second administrator.
button-proposal-approve = ✅ Approve
button-proposal-sure = ✖ Stop it
button-proposal-object = ✖ Yes, stop it
button-proposal-back = ↩ Back

# Notices
notice-founded = 🔑 From now on two administrators widen rights: roles, keys, authenticators. One alone only restricts. See /proposals
notice-proposed = 🗝 Wider rights are proposed ({ $about }). Administrators decide with /proposals in Telegram or at the console: { $proposal }
notice-proposal-ended = 🗝 The proposal { $proposal } ({ $about }) has been decided.
notice-proposal-at-console = 🗝 The proposal { $proposal } is approved, but only the server's console may bring it about: countersign proposals apply { $proposal }
notice-role-given = { $text ->
    [signer] 🔑 You may sign now. Set up your authenticator first: /enrol
    [administrator] 🔑 You administer now. Set up your authenticator first: /enrol
    [operator] 🔑 You have a new role: operator. You invite people and have signed files sent again: /people
    [auditor] 🔑 You have a new role: auditor. You may look at everything and change nothing: /people
   *[other] 🔑 You have a new role.
}
notice-role-taken = ➖ { $by } took a role from you: { $text ->
    [signer] signer
    [administrator] administrator
    [operator] operator
    [auditor] auditor
   *[other] requester
}. If that is a mistake, ask your administrator.
reason-not-a-signer = that person signs no more
reason-expired = nobody approved it in time

# Errors
error-NotAllowed-no-right = Your role does not allow that. Nothing was changed. Ask an administrator.
error-NotAllowed-own-proposal = You are behind this proposal already. Another administrator must approve it.
error-NotAllowed-benefits = You would gain by this, so somebody else must approve it.
error-NotAllowed-young-factor = Your authenticator was set up less than a day ago. It may approve from tomorrow; until then another administrator can.
error-NotAllowed-plain-role = Everybody is a requester; this role is neither given nor taken.
error-NotAllowed-last-administrator = This is the only administrator. Give the role to somebody else first.
error-NotAllowed-no-proved-administrator = No administrator has an authenticator yet, so nobody could approve anything. Enrol one first.
error-NotAllowed-personal-key = A personal key has one owner. Make a seal for several, or a key for each.
error-NotAllowed-taken = Somebody else has this e-mail address or number already. Nothing was changed.
error-NotAllowed-peer = Only the server's console may do that with the activation module.
error-NotAllowedNow-proposal-over = This proposal is over ({ $state }). Nothing was changed.
error-NotAllowedNow-proposal-changed = What this proposal is about has changed meanwhile, so it counts no more. Nothing was changed; propose it again.
error-NotAllowedNow-has-role = { $person } has this role already.
error-NotAllowedNow-owns-already = That person may use this key already.
error-NotAllowedNow-has-certificate = The key has this very certificate already.

# The company page
web-join-title = Join
web-join = Documents are signed in Telegram here. Type your company e-mail address: a letter with your own link comes there.
web-join-email = Company e-mail address
web-join-button = Send me the link
web-join-note = The link works once, for a day. Nobody learns here which addresses the company has.
web-join-wrong = That does not look like an e-mail address. Please check it.
web-join-asked-title = Look into your mailbox
web-join-asked = If this address is in the company's staff list, a letter is on its way. Nothing came within some minutes? Look into the spam folder, or ask your administrator.
web-join-ask-somebody-title = Ask your administrator
web-join-ask-somebody = This company sends no letters from here. Your administrator can send you a personal link.
web-join-for = An invitation for
web-join-begin = You will connect your own Telegram account. From then on you send documents to be signed there, and they come back signed.
web-join-not-you = If this is not your name, close the page and tell your administrator.
web-join-begin-button = Go on
web-join-open-title = Open the chat and press Start
web-join-open = The button opens Telegram on this device. Press Start there; this connects your account and is all you have to do.
web-join-open-button = Open Telegram
web-join-scan = Is Telegram on your phone? Point its camera at this:
web-join-qr = QR code that opens the chat
web-join-signer = What you decide is confirmed by a code: after Start the bot sends you the link to set up your authenticator.
web-join-minutes = The button and the code work once, within { $minutes } minutes.

# Letters
join-letter-subject = { $company }: your link to signing documents in Telegram
join-letter =
    Good day, { $name },

    { $company } has documents signed in Telegram. Connect your account by this link; it is for you alone and works once:

    { $link }

    You have not asked for this, or this is not your name? Then do nothing, and tell your administrator.
join-letter-known =
    Good day, { $name },

    your Telegram account is connected already: open the chat with the bot and write /start. Who signs sets up the authenticator with /enrol.

    You have a new Telegram account, or you have not asked for this? Tell your administrator.

# Commands of those who run the company
people-head = 👥 { $number } people
people-not-invited = not invited: { $number }
people-invited = invited, not yet bound: { $number }
people-bound = bound: { $number }
people-enrolled = enrolled: { $number }
people-locked = locked: { $number }
people-missing = Not yet with us:
invite-sent = ✉️ A letter to { $name } is on its way.
resent = 📤 The signed files are on their way again, to { $number } { $number ->
    [one] place
   *[other] places
}.
error-NotAllowed-bound-already = { $person } is connected already.
error-NotAllowed-no-address = No letter can go to { $person }: the staff list has no e-mail address, or this company sends no letters. An administrator can make a link at the console.

# The page of a proposal
web-approve-title = Approve a proposal
web-approved = Approved. It takes effect in a moment; the card shows it.
web-approved-one-more = Approved. One more administrator must approve it.

# A mandate that two administrators agree on
proposal-mandate = What the seal “{ $about }” signs by itself
proposal-policy = Another policy file: { $about }…
change-routes = Routes
change-policy = Policy file, SHA-256
error-NotAllowed-policy-faults = The policy file has faults, so it cannot be agreed on. They are named by: countersign policy check
error-NotAllowedNow-policy-agreed = This very policy file is in force already.
change-type = Type of document
change-count = How many
change-until = Until
change-largest = Value of one, at most
change-total = Value of all together, at most
