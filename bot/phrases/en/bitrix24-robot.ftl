# The action “Sign a document” in the designer of processes, the log of a process, and what it is answered.

robot-name = Sign a document (Countersign)
robot-description = Asks the signer in the chat and waits for the answer. The signed file takes the place of the unsigned one in the deal. Go on to “signed” only when the status is signed.
robot-field = File field of the deal
robot-field-help = Where the document lies
robot-signer = Signer
robot-signer-help = Empty: the person who is responsible for the deal, or the route where one is chosen
robot-route = Route
robot-route-help = Several people in an order, as the company's policy file says. The signer stays empty then
robot-comment = Comment for the signer
robot-comment-help = Stands on the signer's card
robot-deadline-hours = Deadline in hours
robot-deadline-hours-help = Empty: until the process gives up, at most as long as the company's rules allow
robot-on-reject = When the signer refuses
robot-on-reject-help = Go on with the status “rejected”, or stop the process
robot-on-reject-continue = Go on with the status rejected
robot-on-reject-stop = Stop the process
robot-form = Where the signature goes
robot-form-help = Inside the document, or beside it as a file of its own (.p7s) when the document must stay as it is
robot-form-pades = Inside the document (PDF)
robot-form-cades = Beside it, a file of its own (.p7s)
robot-returns-status = Status (signed, rejected, expired, cancelled, error)
robot-returns-reason = Reason
robot-returns-signer = Signer
robot-returns-signed-at = Signed at
robot-returns-signed-file-id = Number of the signed file
robot-returns-signed-file = Name of the signed file
robot-returns-signature-file-id = Number of the signature's own file
robot-returns-signature-file = Name of the signature's own file
robot-returns-number = Number of the request
robot-returns-verification-url = Link for checking the signature

robot-log-received = Countersign has taken the document in.
robot-log-received-along = Countersign has taken the document in. It is to go along the route “{ $route }”.
robot-log-signed = Signed by { $signer }. { $reason }
robot-log-signed-along = Signed along the route “{ $route }” by { $signer }. { $reason }
robot-log-rejected = { $signer } refused to sign: { $reason }
robot-log-rejected-along = On the route “{ $route }” { $signer } refused: { $reason }
robot-log-expired = Nobody answered in time. Nothing was signed.
robot-log-expired-along = The route “{ $route }” did not come to its end in time. The file in the deal is unchanged.
robot-log-cancelled = The request was taken back. Nothing was signed.
robot-log-cancelled-along = The request was taken back from the route “{ $route }”. The file in the deal is unchanged.
robot-log-error = Nobody was asked. { $reason }

robot-error-no-such-field = There is no file field “{ $field }” here. Choose one of these in the action: { $fields }
robot-error-no-file = There is no file in the field { $field }. Put the document there before this action.
robot-error-several-files = There are several files in the field { $field } and it is not clear which one to sign. Leave one that is not signed yet.
robot-error-one-signer = Several signers are filled in. One action asks one person; choose a route of the company instead, or put a second action behind it for the next one.
robot-error-not-a-person = “{ $value }” is not an employee. Choose a person as the signer.
robot-error-bad-deadline = “{ $value }” is no deadline. Write a whole number of hours, such as 48.
robot-error-no-signer = Neither a signer nor a route is filled in, and nobody is responsible for the deal.
robot-error-no-such-route = The company's policy file has no route “{ $route }”. { $number ->
    [0] It has no routes at all; choose a signer instead.
   *[other] Choose one of these in the action: { $routes }
}
robot-error-route-and-signer = A signer and the route “{ $route }” are filled in. Leave one of the two empty: a route says itself who is asked.
robot-error-route-and-mandate = A type of document for an automatic seal and the route “{ $route }” are filled in. Leave one of the two empty: a route asks people, a standing mandate asks nobody.
robot-error-route-required = Documents such as “{ $document }” go along a route, not to one person and not under a standing mandate. Choose it in the action: { $routes }
robot-error-route-unfit = The route “{ $route }” is not for “{ $document }”{ $amount ->
    [none] {""}
   *[told] , not for this amount
}, or not for what { $requester } asks. { $number ->
    [0] No route is; choose a signer instead.
   *[other] Choose one of these in the action: { $routes }
}
robot-error-amount-missing = The route “{ $route }” is for some amounts only. Fill in the amount of the deal{ $currency ->
    [none] .
   *[other] , in { $currency }.
}
robot-error-route-inside = Along a route every signature stands inside the document. Choose “Inside the document (PDF)” in the action, or a signer instead of the route.
robot-error-no-such-choice = “{ $value }” is no choice for a refusal. Choose one from the list.
robot-error-no-such-form = “{ $value }” is no place for a signature. Choose one from the list.
robot-error-unknown-signer = Employee { $user } of the portal is not known to Countersign. The administrator can add this person: countersign bitrix24 people.
robot-error-no-starter = The process was started by nobody in particular, so there is no requester. Let a person start it, or a change that a person makes.
robot-error-unknown-starter = Employee { $user }, who started the process, is not known to Countersign. The administrator can add this person: countersign bitrix24 people.
robot-error-already-asked = This very file waits for { $signer } already. Nothing was changed; start again after that answer.
robot-error-already-along = This very file is on its way along the route “{ $route }” already. Nothing was changed; start again after its end.
robot-error-deal-closed = The application may not read this deal. Give the user who installed it the right to see and change the company's deals.
robot-error-deal-gone = The deal is not there any more.

timeline-process-gone-on = ⚠ { $document }: { $signer } signed it after the business process had stopped waiting, so the process went on as if it were not signed. The signed file is in the deal.
reason-process-gone-on = the business process had stopped waiting, so it went on as if it were not signed; the signed file is in the deal
