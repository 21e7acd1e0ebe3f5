# Cards, buttons, toasts and answers of the chat.

# Moments and sizes
moment-today = today { $time }
moment-ahead = { $when } ({ $days ->
    [one] tomorrow
   *[other] in { $days } days
})
moment-ago = { $when } ({ $days ->
    [one] yesterday
   *[other] { $days } days ago
})
size-kb = { $number } KB
size-mb = { $number } MB

# Lines that cards share
document-facts = { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} · { $size }
documents-more = … and { $number } more
fingerprint = Fingerprint { $value }
fingerprints = Fingerprints:
number = Request { $number }
deadline = Until { $moment }
from = From { $requester }
somebody = somebody
handed-over = Handed over by { $person }
handed-to = Handed over to { $person }
earlier-intact = One earlier signature: { $signer }, intact
earlier-unclear = One earlier signature: { $signer }, not verified
earlier-more = … and { $number } more earlier signatures
again = Back again: { $reason }

# The requester's card
draft-who = Who shall sign?
draft-nobody = There is nobody here who may sign. Please ask your administrator to add a signer.
reassign-who = Whom shall I ask instead?
waiting-for = Waiting for { $signer }
looked = 👀 { $signer } looked at it { $moment }
postponed = ⏰ { $signer } comes back to it { $moment }
frozen = ⏸ Stopped: { $reason }
frozen-choice = Nothing was signed and nothing was lost. You may ask again or take it back.
frozen-wait = Nothing was signed. The requester decides whether to ask again.
signing = ⏳ Signing…
delayed = It takes longer: { $reason }. Nothing is lost, it goes on by itself.
cancel-question = Take the request back? This cannot be undone.
final-signed = ✅ Signed by { $signer }, { $moment }
final-rejected = ✖ { $signer } refused, { $moment }: { $reason }
final-expired = ⌛ Expired { $moment } without an answer
final-cancelled = ➖ Taken back by { $requester }, { $moment }

# The signer's card
postponed-here = ⏰ You come back to it { $moment }
reject-why = Why do you refuse?
reason-write = Write the reason as your next message.
ask-write = Write your question to { $requester } as your next message.
deputy-who = Who signs instead of you, with their own key?
later-when = When shall I bring it back?

# Step two
step-two = Step 2 of 2
step-two-many = Step 2 of 2: { $number ->
    [one] one document
   *[other] { $number } documents
} with one code
sign-as = You sign as { $signer }
certificate = Certificate: { $subject }, valid to { $until }
certificate-which = Which certificate?
kind-own = Advanced signature with your own key
kind-seal = Company seal
kind-hardware = hardware token
kind-software = software token
kind-test = TEST certificate
level-B-B = without trusted time
level-B-T = with trusted time
level-beside-B-B = in a file of its own (.p7s), without trusted time
level-beside-B-T = in a file of its own (.p7s), with trusted time
code-confirm = Enter the code from your authenticator. It works once, for this only.
code-typing = Send the six digits as a message. I delete it before I check it.
code-keypad = Tap the six digits. The keys work for 90 seconds.
code-shape = A code is six digits, 0 to 9. Nothing was counted, just try again.

code-not-awaited = That looked like a code, so I deleted it. No code is awaited here right now.
code-not-reason = That looked like a code, so I deleted it and did not take it as your reason. Please write the reason in words.
code-not-question = That looked like a code, so I deleted it and did not take it as your question. Please write the question in words.
code-not-amount = That looked like a code, so I deleted it. If it was the amount, press “Say the amount” on the card and write it once more.
code-not-answer = That looked like a code, so I deleted it and did not take it as your answer. Please reply to the question in words.

# The list card
list-head = { $number ->
    [one] One request waits for you
   *[other] { $number } requests wait for you
}
list-hint = Untick what you do not want to sign now, or open one to look at it.
list-line = { $requester } · { $pages ->
    [one] 1 page
   *[other] { $pages } pages
} · until { $moment }
list-empty = Nothing waits for you. ☀️
open-which = Which one shall I open?
progress = ⏳ Signed { $signed } of { $all }…
progress-done = ✅ Signed { $signed } of { $all }
progress-rest = The others were signed. What is named here was not.

# Buttons
button-sign = ✅ Sign
button-reject = ✖ Reject
button-pages = 👁 Pages
button-deputy = ⤴ Deputy
button-later = ⏰ Later
button-ask = ❓ Ask
button-back = ‹ Back
button-more = More ›
button-myself = I sign myself
button-cancel = Cancel
button-cancel-sure = Yes, take it back
button-remind = 🔔 Remind
button-reassign = Another signer
button-resume = Ask again
button-check = 🔎 Check signatures
button-reason = ✍️ Own words
button-later-hour = In 1 hour
button-later-tonight = Tonight
button-later-monday = Monday
button-secure-page = 🔒 Enter the code on the secure page
button-typing = Type it here
button-keypad = 🔢 Keypad
button-withdraw = Cancel
button-certificate = Certificate
button-sign-many = ✅ Sign { $number } with one code
button-open = Open…
button-rest = Show the rest
button-not-me = This was not me
button-verification = 🔎 Verification page
button-copy-number = Copy the number
button-enrol = 🔒 Set up the authenticator

# Toasts
toast-old = This button is over. The card shows how things stand now.
toast-somebody-else = This button is for somebody else.
toast-elsewhere = This button belongs to another message.
toast-keypad-over = The keypad is over. Please open a new one.
toast-submitted = Sent to { $signer }
toast-reminded = Reminded. In quiet hours it comes when they are over.
toast-resumed = Asked again
toast-cancelled = Taken back
toast-checking = Checking the signatures…
toast-pages = The pages are coming
toast-rejected = Refused. The requester gets your reason.
toast-delegated = Handed over
toast-postponed = Put aside
toast-locked = Your signature is locked. No code works until an administrator unlocks you. The administrators know.

# Commands
command-pending = What waits for my signature
command-mine = What I asked for
command-verify = Check a signed PDF
command-factor = Set up the authenticator
command-language = Language: en or ru
command-timezone = Time zone
command-lock = Lock my signature at once
command-help = How this works
start = Hello { $name }! Send me a PDF, a Word file or photos of a paper and choose who shall sign. /help tells more.
welcome = Welcome, { $name }! This chat is now yours.
welcome-requester = Send or forward me a PDF, a Word file or photos of a paper, and choose who shall sign. The signed file comes back here.
welcome-signer = Documents for you come here as cards. To sign you need an authenticator app; it takes two minutes to set up.
help = Send or forward a PDF, an office file (Word, Excel and the like), or photos of a paper: I ask who shall sign, and the signed file comes back here. A caption goes to the signer as your comment.
    Several files sent together are one request.

    /pending – what waits for you{ $page ->
        [yes] {" "}· /page – your page in the browser
       *[no] {""}
    }
    /mine – what you asked for · /history – find it again, with evidence
    /away – who signs for you while you are away · /quiet – when not to remind you
    /verify – check a signed PDF
    /factor – your authenticator
    /language en or ru · /timezone Europe/Podgorica
    /lock – lock your signature at once
language-how = Write /language en or /language ru.
language-set = I speak English with you now.
timezone-how = Your times are shown for { $zone }. To change it write, for example, /timezone Europe/Podgorica.
timezone-set = Times are now shown for { $zone }.
factor-link = Here is your page. It opens once and then lives for 15 minutes. The secret never passes through this chat.
factor-console = There is no page that phones can reach here. Please ask your administrator: the server's terminal draws the QR code for you.
locked-now = 🔒 { $name } is locked. No code works until an administrator unlocks.
unlocked-now = { $name } is unlocked.
mine-head = Your latest requests:
mine-line = { $name }
    { $state } · { $moment } · { $number }
mine-empty = You have not asked for anything yet. Send me a PDF to begin.
state-draft = not sent yet
state-waiting = waiting
state-frozen = stopped
state-signing = being signed
state-signed = signed
state-rejected = refused
state-expired = expired
state-cancelled = taken back

# Plain messages
send-a-document = Send me a PDF, a Word file or photos of a paper, and I ask who shall sign. /help tells more.
send-a-file-to-check = Send me the PDF now, and I tell what its signatures say.
asked = Your question is on its way. The request waits meanwhile.
answered = Your answer is on its way.
answer-here = Your answer
stranger = Good day! I work for people of one company only. If you belong to it, please ask your administrator for an invite link.
stranger-in-group = I know only people whom the administrator invited. Please ask for your invite link; it opens a private chat with me.
group-how = Answer a PDF here with my name, or send it to me in our private chat.
receipt = ✅ Signed by { $signer }, { $level }

# What a group sees
origin-draft = 📄 Request { $number } arrived. The rest is in the private chat.
origin-waiting = ⏳ Request { $number } waits for a signature.
origin-frozen = ⏸ Request { $number } is stopped.
origin-signing = ⏳ Request { $number } is being signed.
origin-signed = ✅ Request { $number } is signed. The file is in the private chat.
origin-rejected = ✖ Request { $number } was refused.
origin-expired = ⌛ Request { $number } expired.
origin-cancelled = ➖ Request { $number } was taken back.
origin-refused = ✖ I could not take that file. The reason is in the private chat.

# What a signed file says
verdict-valid = ✅ Valid: nothing was changed after signing.
verdict-valid_but_unknown_signer = ⚠️ Nothing was changed, but nobody we trust says who signed.
verdict-changed = ✖ Changed after signing.
verdict-broken = ✖ A signature is broken.
verdict-unsigned = ➖ There is no signature in this file.
verdict-unreadable = ✖ This file cannot be read, so nothing can be said about it.
verdict-signature-valid = ✅ { $signer }
verdict-signature-valid_but_unknown_signer = ⚠️ { $signer }
verdict-signature-changed = ✖ { $signer }: the file was changed afterwards
verdict-signature-broken = ✖ { $signer }: the signature does not fit the file
verdict-signature-unsigned = ➖ { $signer }
verdict-signature-unreadable = ✖ { $signer }
verdict-time-proved = time proved by { $by }
verdict-time-stated = time as the signer states it
verdict-trusted = Trusted by { $by }
verdict-untrusted = Nobody we trust vouches for the signer
verdict-kind = { $label }, level { $level }
label-ses = Simple signature
label-ades = Advanced signature
label-seal = Company seal
