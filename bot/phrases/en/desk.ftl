# The intranet page: in the portal's menu, in a deal, in a window of its own.

desk-title = Documents to sign
desk-outside = Please open this page from Bitrix24.
desk-loading = Opening …
desk-in-folder = Documents of “{ $title }”
desk-folder-empty = There is no document to sign here yet. Put one into the document field and it appears here.
desk-folder-gone = The deal cannot be read at the moment. Try again in a minute.
desk-open-large = Open large
desk-waiting = Waiting for me
desk-waiting-empty = Nothing waits for you.
desk-mine = My requests
desk-mine-empty = You have not asked for a signature yet.
desk-upload = Ask for a signature
desk-upload-drop = Drop a document here or choose one
desk-upload-limit = PDF, office file, text or a photo of paper
desk-uploading = Sending …
desk-nameless = Document { $number }
desk-signed-file = This is the signed document.
desk-unasked = Not sent for signing yet.
desk-act-ask = Ask for a signature
desk-act-self = Sign it myself
desk-act-sign = Sign
desk-act-reject = Reject
desk-act-cancel = Take back
desk-act-pages = Pages
desk-act-download = Download
desk-act-history = History
desk-act-close = Close
desk-ask-title = Who shall sign?
desk-ask-signer = Signer
desk-ask-me = { $name } (me)
desk-ask-nobody = There is nobody you may ask. Please talk to your administrator.
desk-ask-comment = Comment for the signer
desk-ask-days = Answer needed within
desk-days = { $number ->
    [one] { $number } day
   *[other] { $number } days
}
desk-ask-send = Send
desk-sign-title = Which certificate?
desk-sign-go = Go on to the code
desk-reject-title = Why will you not sign?
desk-reject-send = Reject
desk-reason-own = Own words
desk-cancel-title = Take this request back?
desk-cancel-send = Take back
desk-history-title = What happened
desk-join-chat-title = Connect your Telegram
desk-join-chat = Then requests, codes and signed files reach you on your phone, too.
desk-join-chat-button = Open Telegram
desk-join-codes-title = Set up your codes
desk-join-codes = You are a signer. Link an authenticator app once; its codes confirm what you sign.
desk-join-codes-button = Set up codes
desk-trouble = That did not work. Nothing was lost; please try again.
desk-offline = The server cannot be reached. The page tries again by itself.
desk-warnings = Please note:

desk-state-draft = The signer has not been chosen yet ({ $requester }).
desk-state-waiting = { $requester } asks { $signer }, until { $moment }
desk-state-frozen = Stopped: { $reason }
desk-state-signing = { $signer } has confirmed; the signature is being made …
desk-state-signed = Signed by { $signer }, { $moment }
desk-state-rejected = { $signer } refused: { $reason }
desk-state-expired = Expired { $moment } without an answer
desk-state-cancelled = Taken back by { $requester }

desk-event-drafted = { $person } brought the document
desk-event-submitted = { $person } asked { $other }
desk-event-looked-at = { $person } opened the pages
desk-event-reassigned = { $person } passed it on to { $other }
desk-event-postponed = { $person } put it off
desk-event-reminded = { $person } reminded the signer
desk-event-confirmed = { $person } confirmed with a code
desk-event-frozen = The request was stopped
desk-event-resumed = The request goes on
desk-event-signed = { $person } signed
desk-event-rejected = { $person } refused
desk-event-cancelled = { $person } took it back
desk-event-expired = The time ran out
desk-event-delivered = The signed document was delivered

# Pages instead of the desk, when somebody cannot be let in.

web-widget-not-believed-title = Please open this again from Bitrix24
web-widget-not-believed = Bitrix24 did not confirm who opened this page. Nothing was changed. Close it and open it again from the menu or the deal.
web-widget-stranger-title = You are not registered here yet
web-widget-stranger = Countersign knows you from Bitrix24, but you are not on the list of people who use it. Ask your administrator to bring the employees in; then open this page again.
web-widget-unsaved-title = Save the deal first
web-widget-unsaved = A document can be signed as soon as the deal has been saved.
web-widget-not-yours-title = You may not open this deal
web-widget-not-yours = Bitrix24 does not show this deal to you. Ask its responsible person.
web-widget-away-title = Bitrix24 does not answer
web-widget-away = Nothing was lost. Please open this page again in a minute.

# What the portal shows for our pages.

widget-tab = Signing
widget-button = Sign button
widget-button-about = Shows the documents of the deal and the buttons to sign them
