# Routes: who must say yes, in which order.

route-head = Route “{ $route }” · step { $step } of { $number }
route-signs-one = { $people } signs
route-signs-all = all sign: { $people }
route-signs-any = any one signs: { $people }
route-signs-some = any { $need } sign: { $people }
route-approves-one = { $people } approves
route-approves-all = all approve: { $people }
route-approves-any = any one approves: { $people }
route-approves-some = any { $need } approve: { $people }
route-group-all = all of these: ({ $parts })
route-group-any = any one of these: ({ $parts })
route-group-some = any { $need } of these: ({ $parts })
route-veto = { $person } (with veto)
route-deputy = { $deputy } (for { $person })

# The requester's card
draft-route = Who shall sign? A person, or a route where several say yes.
draft-route-only = These documents go along a route. Which one?
draft-route-line = 🧭 { $route }: { $steps }
button-circulate = 🧭 { $route }
toast-circulated = Sent along the route
route-stopped = ⏸ { $person } is stopped: { $reason }

# The amount
amount-ask =
    { $currency ->
        [none] How much is it about? Write the amount, for example { $example }.
       *[other] How much is it about? Write the amount in { $currency }, for example { $example }.
    }
amount-more =
    { $currency ->
        [none] If it is about money, write the amount, for example { $example }: other routes may fit then.
       *[other] If it is about money, write the amount in { $currency }, for example { $example }: other routes may fit then.
    }
amount-on-page = How much is it about? Say it on our page: then the right routes are offered.
amount-told = Amount: { $amount }, as { $person } says
amount-told-deal = Amount: { $amount }, as the deal says
amount-own = Amount: { $amount }
amount-mark = .
button-amount = 💶 Say the amount
button-amount-again = 💶 Change the amount

# The card of somebody who approves
agree-asked = You are asked to approve. No signature, no code; your answer is written down.
agree-question = Approve it? This cannot be undone.
button-agree = 👍 Approve
button-agree-sure = Yes, I approve
toast-agreed = Approved
final-agreed = 👍 Approved by { $signer }, { $moment }
final-cancelled-route-enough = ➖ Not needed any more: others were enough, { $moment }
final-cancelled-route-refused = ➖ Not needed any more: the request was refused, { $moment }
state-agreed = approved
state-circulating = on its way along a route
origin-circulating = ⏳ Request { $number } is on its way along a route.
origin-agreed = 👍 Request { $number } is approved.

# Errors
error-NotAllowed-route-required = Documents like this go along a route, not to one person. Nothing was sent; please choose a route.
error-NotAllowed-route-unfit = This route is not for such a document, or not for you. Nothing was sent; please choose another one.
error-NotAllowed-amount-missing = The route “{ $route }” is for some amounts only. Nothing was sent; please say first how much it is about.
error-NotAllowed-amount-unfit = The route “{ $route }” is not for this amount. Nothing was sent; please choose another one.
error-NotAllowed-amount-of-deal = The deal says how much it is about. Nothing was changed; correct the amount in the deal.
error-NotAllowed-no-amount = This is no amount. Nothing was lost; please write a number, such as 25 000 or 25 000.50.
error-NotAllowed-other-currency = Amounts are in { $currency } here. Nothing was lost; please write the amount in { $currency }.
error-NotAllowed-route-names = The route says who is asked here. A deputy may stand in; nobody else can be chosen.
error-NotAllowed-route-inside = Along a route every signature stands inside the document; this one wants a signature in a file of its own, and that goes to one person. Nothing was sent.
error-NotAllowed-other-seat = { $person } is asked for the same request in another seat, and nobody counts twice. Please choose another deputy.
error-RouteRefused = This route cannot be used. Nothing was sent; your administrator can mend the policy file.
error-RouteRefused-empty = A route, or a part of one, asks nobody. Name at least one person there.
error-RouteRefused-need = { $need } of { $number } cannot be. Write a number from 1 to { $number }.
error-RouteRefused-order-inside = Steps in order stand only outermost. Write them as steps of their own.
error-RouteRefused-twice = { $person } is asked twice for the same thing. Leave one of the two out.
error-RouteRefused-nobody-signs = The route could end without any signature. Add somebody who signs.
error-RouteRefused-nobody = The policy file names “{ $person }”, and nobody here is called so.
error-RouteRefused-several = The policy file names “{ $person }”, and several people are called so. Write the full name or the id there.
error-RouteRefused-unknown-rule = A step of the route says neither who signs nor who approves.

# The policy file
error-RouteRefused-syntax = This is not TOML. Look at this line and the one before it: a quote, a bracket or an equals sign is missing.
error-RouteRefused-unknown-key = “{ $key }” means nothing here. These are known: { $known }.
error-RouteRefused-type = “{ $key }” is written another way, such as { $wanted }.
error-RouteRefused-no-routes = There is no route. Begin one with [[route]].
error-RouteRefused-no-name = The route has no name. Write name = "…", as people shall choose it.
error-RouteRefused-name-twice = “{ $name }” is the name of another route already. Choose a second name.
error-RouteRefused-unknown-department = Nobody says who belongs to “{ $name }”. Add it under [departments].
error-RouteRefused-amounts = From { $lowest } and below { $below } fits no amount. Make the second number the larger one.
error-RouteRefused-currency = “{ $currency }” is no currency. Write its three capital letters, such as currency = "EUR".
error-RouteRefused-both = A step has exactly one of signs, approves and of. Make two steps of it.
error-RouteRefused-veto = “{ $person }” has a veto but is not asked in this step. Name the person among those who sign or approve.

# Elsewhere
timeline-circulating = 🧭 { $document }: on its way along the route “{ $route }”, until { $moment }.
web-state-circulating = On its way: several people sign
web-state-agreed = Approved
desk-state-circulating = { $route }: { $steps }
desk-state-agreed = Approved by { $signer }, { $moment }
desk-event-circulated = { $person } sent it along a route
desk-event-agreed = { $person } approved
desk-act-agree = Approve
desk-agree-asked = { $requester } asks { $signer } to approve, until { $moment }
