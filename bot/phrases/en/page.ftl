# Our page outside other sites: how people get in, and what it has besides the desk of a deal.

# In the chat
command-page = My documents on our own page
button-my-page = 🗂 Open my page
page-link = Your page: what waits for you, your requests, documents to upload. The link works once, within ten minutes, in any browser.
page-link-none = This installation has no page of its own: its public address is not set. Everything works here in the chat.

# The link
page-open-title = Your documents
page-open-eyebrow = { $company }
page-open = You are about to sign in as { $name } in this browser.
page-open-replaces = Somebody else is signed in here at the moment and will be signed out.
page-open-button = Open as { $name }
page-open-not-you = The link works once. If this is not your name, close the page and tell your administrator.
web-page-link-gone-title = This link is used or too old
web-page-link-gone = A link works once and for ten minutes. Send /page to the bot for a fresh one. If it was not you who used it, sign out everywhere on your page, or send /lock.

# The first page, for visitors
page-in-title = Your documents
page-in = You work at { $company }? Here lie the requests that wait for you and those that you made.
page-in-chat = Open the chat with our bot in Telegram.
page-in-command = Send it the command
page-in-open = Open the link that it answers with. It works once.
page-in-why = There is no password: the bot knows you already.
page-check-title = Somebody sent you a signed PDF?
page-check = See who signed it, when, and whether it was changed since.

# The page itself
page-act-remind = Remind
page-act-resume = Ask again
page-act-reassign = Another signer
page-act-question = Ask a question
page-act-answer = Answer
page-act-delegate = Hand over
page-act-signature = Signature (.p7s)
page-act-verify = Verification page
page-done-remind = The signer has been reminded.
page-tick = Tick { $name }
page-tick-all = Tick all
page-sign-ticked = { $number ->
    [0] Tick what you want to sign
    [one] Sign 1 request with one code
   *[other] Sign { $number } requests with one code
}
page-question-title = What do you want to know?
page-question-about = The request goes on waiting for you; the answer appears here and in the chat.
page-answer-title = Your answer
page-send = Send
page-delegate-title = Who signs instead of you?
page-delegate-about = That person signs with their own key; the requester is told.
page-delegate-send = Hand over
page-reassign-title = Who shall sign instead?
page-reassign-send = Ask this person
page-act-later = Later
page-later-title = When shall it come back?
page-later-about = It comes back by itself, an hour before its deadline at the latest. Meanwhile you can still sign it here.
page-later-back = { $name } waits for you again.
page-talk-question = { $person } asks: { $text }
page-talk-answer = { $person } answers: { $text }
page-search-title = Find a request
page-search-label = What do you remember of it?
page-search-hint = Part of a document's name, a person, a number, the first digits of a fingerprint, a day (05.11.2026), a month (2026-11) or a state (signed). Everything you write must fit; nothing written shows all, the newest first.
page-search-go = Search
page-found = Found: { $total }
page-found-all = Found among everybody's requests: { $total }. That you look is written into the journal.
page-found-nothing = Nothing fits. Try less, or other words.
page-found-place = page { $number } of { $last }
page-deputies-title = Who stands in for me
page-deputies = These people may sign for you, each with their own key and their own code; your administrator permits them.
page-deputies-nobody = Nobody may sign for you yet; your administrator can permit somebody.
page-act-away = I am away …
page-act-away-change = Change the days
page-act-back = I am back
page-away-title = When are you away?
page-away-first = First day away
page-away-last = Last day away
page-away-deputy = Who signs for you meanwhile?
page-away-nobody = Nobody: what comes waits
page-away-ground = On what ground (may be empty), for example a power of attorney with its number
page-away-send = Save
error-NotAllowed-no-day = Please choose both days.
page-sessions-title = Where I am signed in
page-session = { $device }, last used { $moment }
page-session-this = this browser
page-session-unknown = An unknown browser
page-sign-out = Sign out
page-sign-out-everywhere = Sign out everywhere
page-signed-out = You are signed out here. Send /page to the bot for a new link.
page-upload-many = Several files become several requests to one signer.
desk-event-questioned = { $person } asked: { $text }
desk-event-answered = { $person } answered: { $text }
error-NotAllowed-no-words = Please write a few words first.
error-NotAllowed-no-reason = Please say why: choose a reason or write a few words.
error-NotAllowed-too-many-at-once = One code signs { $number } documents at most. Please untick some and sign them afterwards.

# What may not pass the chat
button-page = 🗂 Open my page
toast-page = The link is coming
shows-pages = The file itself is not sent in this chat.
shows-pages-came = This file has come through Telegram. To keep the next one out of it, send /page and upload it on your page.
shows-link = 🔒 The document and what was written about it are on our page only.
code-on-page = Read it on our page and enter the code from your authenticator there. The code works once, for this only.
signed-on-page = The signed file waits on our page; it is not sent in this chat.
pages-rest = { $number ->
    [one] One more page is on our page: /page
   *[other] { $number } more pages are on our page: /page
}
veiled-document = { $count ->
    [one] Document of request { $number }
   *[other] Document { $place } of request { $number }
}
veiled-file = a file
veiled-words = in own words, to be read on our page: /page
closed-to-files = Documents do not pass Telegram here. I did not take your file, and I delete the message. Telegram has carried it already: please upload the document on your page instead. The link works once, within ten minutes.
closed-to-files-group = Documents do not pass Telegram here. I did not take the file you sent in the group; please delete the message there if it is still to be seen. Upload the document on your page instead. The link works once, within ten minutes.
send-a-document-page = Documents do not pass this chat. Send /page for a link to your page and upload them there. /help tells more.
verify-page = Documents do not pass this chat. Check a signed PDF here: { $url }
welcome-requester-page = Documents do not pass this chat. Send /page for a link to your page: upload them there, choose who shall sign, and fetch the signed file there. I tell you here how things stand.
start-page = Hello { $name }! Documents do not pass this chat: send /page for a link to your page. /help tells more.
help-page = Documents do not pass this chat: you upload, read, sign and fetch them on your page. I tell you here what waits and how things stand.

    /page – your page, by a link that works once
    /pending – what waits for you
    /mine – what you asked for
    /verify – where to check a signed PDF
    /factor – your authenticator
    /language en or ru · /timezone Europe/Podgorica
    /lock – lock your signature at once
error-NotAllowed-page-only = That is possible on our page only: the document may not pass this chat. Send /page for a link.
