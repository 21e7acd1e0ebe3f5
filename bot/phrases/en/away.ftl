# Away: who stands in, reminders, quiet hours, the morning's list.

# In the stamp and in the signature: Olga Babić, for Ivan Marković, power of attorney 12/2026
away-for = for { $person }
away-for-on = for { $person }, { $ground }

# On cards
away-line = 🏖 { $person } is away until { $day }, { $deputy } signs instead.
away-line-nobody = 🏖 { $person } is away until { $day }, and nobody signs instead.
away-you-sign-for = You sign for { $person }, with your own key
away-you-sign-for-on = You sign for { $person }, { $ground }, with your own key
away-button = { $person } 🏖

# /away
away-when = Until when are you away?
away-dates-write = Write the days as your next message, for example 12.12 (from today until that day) or 1.12 – 12.12.
away-dates-unread = I cannot read these days. Please write them as 12.12 or 1.12 – 12.12.
away-who = Who signs for you meanwhile?
away-who-none = Nobody may stand in for you yet; your administrator can permit somebody. Until then people see that you are away.
away-days = Away from { $first } to { $last }, both days included
away-deputy = { $deputy } signs for you, with their own key.
away-nobody = Nobody signs for you: what comes waits, and people see that you are away.
away-waiting = { $number ->
    [one] One request waits for you now; it goes over too.
   *[other] { $number } requests wait for you now; they go over too.
}
away-ground = Ground: { $ground }.
away-ground-write = Write the ground as it shall stand in the stamp, for example: power of attorney 12/2026.
away-is-on = 🏖 You are away until { $last }.
away-is-planned = 🏖 You will be away from { $first } to { $last }.
away-ends = It ends by itself; what is still undecided then comes back to you. Earlier: /back
away-not = You are here. /away tells me when you will not be.
away-back = 👋 Welcome back! { $number ->
    [0] Nothing waits for you.
    [one] One request comes back to you.
   *[other] { $number } requests come back to you.
}
away-not-now = You are not away.
away-how = To tell me, write for example: away 1.12 – 12.12 Olga, power of attorney 12/2026. May sign for you: { $deputies }.
away-how-nobody = To tell me, write for example: away 1.12 – 12.12. Nobody may sign for you yet; your administrator can permit somebody.
away-other-person = Several people fit that name, or nobody does. Please choose:

# /quiet
quiet-how = Your quiet hours: { $hours }. In them you are not reminded of anything. To change them write /quiet 20:00-08:00, /quiet off or /quiet company; /quiet 20:00-08:00 every day lets reminders through at weekends.
quiet-set = Your quiet hours from now on: { $hours }.
quiet-hours = { $begin } to { $end }
quiet-hours-weekends = { $begin } to { $end }, and all day on Saturday and Sunday
quiet-none = none; you are reminded at any hour

# The morning's list
digest-head = ☀️ Good morning! { $number ->
    [one] One document waits for you:
   *[other] { $number } documents wait for you:
}
digest-line = { $requester } · until { $moment }
digest-for = for { $person }
digest-more = … and { $number } more
digest-hint = /pending shows the cards again.
digest-empty = ☀️ Nothing of this morning's list waits for you any more.

# Buttons
button-away-until = Until { $day }
button-away-other = Other days…
button-away-deputy = ⤴ { $person }
button-away-nobody = Nobody
button-away-ground = ✍️ Ground
button-away-sure = 🏖 I am away then
button-away-again = ‹ Other days
button-away-back = 👋 I am back

# Commands
command-away = Away: who signs for me
command-back = I am back
command-quiet = Quiet hours

# Notices
notice-stands-in = 🏖 { $signer } is away until { $last_day }. { $deputy } signs “{ $name }” instead.
notice-returned = 👋 { $signer } is back and is asked about “{ $name }” again.
notice-deputises = ⤴ { $signer } is away from { $first_day } to { $last_day }. You stand in: what waits for { $signer } comes to you, and you sign with your own key.{ $ground }
notice-written-away = 🏖 You are written down as away from { $first_day } to { $last_day }; what waits for you may be signed by your deputy. If that is not so, write /back and tell your administrator.
notice-back = 👋 Your absence is over. { $number ->
    [0] Nothing waits for you.
    [one] One request comes back to you.
   *[other] { $number } requests come back to you.
}
notice-passed-on = ⤴ “{ $name }” has waited for { $signer } too long, so { $deputy } is asked instead.
notice-hand-over = ⏳ “{ $name }” has been waiting for you for a long time. “Deputy” on its card hands it over to { $deputy }. If you are away, tell me with /away.
notice-waits-long = ⚠️ Request { $number } waits for { $signer }, and reminders were in vain. { $requester } may ask somebody else. If { $signer } is away, write it down: countersign people away

# Errors
error-NotAllowed-delegation-circle = { $person } had it before. It would go round in a circle, so nothing was changed. Please decide yourself, or ask the requester to choose somebody else.
error-NotAllowed-chain-too-long = It has been handed over { $number } times already, and that is the most. Nothing was changed. Please ask the requester to choose somebody else.
error-NotAllowed-deputy-circle = { $person } is away in those days too, and in the end it would come back to you: { $way }. Please choose another deputy.
error-NotAllowed-deputy-chain-too-long = With { $person } the chain of deputies would be longer than { $number }. Please choose somebody who is there in those days.
error-NotAllowed-days-turned = The last day lies before the first. Please write them again.
error-NotAllowed-days-over = Those days are over already. Please write them again.
error-NotAllowed-days-too-many = An absence may have at most { $number } days. Please look at the year.
error-NotAllowed-not-away = No absence is written down, so there is nothing to end.

# The page of the desk
desk-away = away until { $day }, { $deputy } signs instead
desk-away-nobody = away until { $day }, nobody signs instead
desk-event-stood-in = The one who was asked is away: { $other } is asked instead
desk-event-returned = Back again: { $other } is asked
desk-event-reminded-by-itself = The signer was reminded
