# “Attach to deal…” in Telegram, and logging in to Bitrix24 for it.

button-attach = 📎 Attach to deal…
button-detach = Do not attach
button-log-in = Log in to Bitrix24
attached-to = 📎 Goes to the deal too: { $title }
attach-how = Write the number, the title or the company of the deal.
attach-which = Which deal? Or write other words.
attach-more = There are more. Write more exactly to see them.
attach-none = No deal like that that you may see in Bitrix24. Write other words.
attach-log-in = To find deals with your own rights, open Countersign in Bitrix24 once, or log in with the button below within ten minutes. Then write the number, the title or the company of the deal.
toast-detached = Comes to this chat only.
error-FilingUnavailable = Bitrix24 does not answer now. Nothing was changed; please try again in a moment.
error-FilingUnavailable-not-linked = Bitrix24 does not know you any more. Press “Attach to deal…” and log in once more.
error-FilingUnavailable-gone = That deal is not there any more, or you may not see it. Nothing was changed.
error-NotAllowedNow-second-step = The signer has the code in hand for exactly what was shown, so the deal cannot change now. Please try again in ten minutes.
timeline-filed = ✅ Signed by { $signer }, { $level }: { $documents }.
timeline-filed-aside = The field already holds a file, which was not replaced. The signed file is attached here.
timeline-filed-by = Attached from a chat by { $requester }.
login-title = Countersign and Bitrix24
login-done = Done. Countersign finds deals with your rights now. You can close this page and go on in Telegram.
login-question = You are logged in to Bitrix24 as { $account }. This account will belong to { $name } in Countersign, and { $name } will find deals with your rights from Telegram. If you are not { $name }, close this page.
login-confirm = Yes, I am { $name }
login-old = This link was used already or is older than ten minutes. Nothing was changed. Press “Attach to deal…” in Telegram once more.
login-other-portal = That was another portal. Nothing was changed.
login-other-user = You are logged in to Bitrix24 as somebody else than { $name } is in Countersign. Nothing was changed. Log in there with your own account, then press “Attach to deal…” in Telegram once more.
login-failed = Bitrix24 did not confirm who you are. Nothing was changed. Press “Attach to deal…” in Telegram once more.
