# Маршруты: кто должен сказать «да» и в каком порядке.

route-head = Маршрут «{ $route }» · шаг { $step } из { $number }
route-signs-one = подписывает { $people }
route-signs-all = подписывают все: { $people }
route-signs-any = подписывает кто-то один: { $people }
route-signs-some = подписей нужно { $need }: { $people }
route-approves-one = согласует { $people }
route-approves-all = согласуют все: { $people }
route-approves-any = согласует кто-то один: { $people }
route-approves-some = согласий нужно { $need }: { $people }
route-group-all = всё из этого: ({ $parts })
route-group-any = что-то одно из этого: ({ $parts })
route-group-some = { $need } из этого: ({ $parts })
route-veto = { $person } (право вето)
route-deputy = { $deputy } (вместо: { $person })

# Карточка заявителя
draft-route = Кто подпишет? Можно выбрать человека или маршрут, где «да» говорят несколько.
draft-route-only = Такие документы идут по маршруту. По какому?
draft-route-line = 🧭 { $route }: { $steps }
button-circulate = 🧭 { $route }
toast-circulated = Отправлено по маршруту
route-stopped = ⏸ Остановлено у { $person }: { $reason }

# Сумма
amount-ask =
    { $currency ->
        [none] О какой сумме речь? Напишите её, например { $example }.
       *[other] О какой сумме речь? Напишите её в { $currency }, например { $example }.
    }
amount-more =
    { $currency ->
        [none] Если речь о деньгах, напишите сумму, например { $example }: тогда могут подойти другие маршруты.
       *[other] Если речь о деньгах, напишите сумму в { $currency }, например { $example }: тогда могут подойти другие маршруты.
    }
amount-on-page = О какой сумме речь? Укажите её на нашей странице: тогда появятся нужные маршруты.
amount-told = Сумма: { $amount } (указал заявитель: { $person })
amount-told-deal = Сумма: { $amount } (указана в сделке)
amount-own = Сумма: { $amount }
amount-mark = ,
button-amount = 💶 Назвать сумму
button-amount-again = 💶 Изменить сумму

# Карточка согласующего
agree-asked = Нужно ваше согласие. Без подписи и без кода; ответ попадёт в журнал.
agree-question = Согласовать? Отменить это будет нельзя.
button-agree = 👍 Согласовать
button-agree-sure = Да, согласовать
toast-agreed = Согласовано
final-agreed = 👍 Согласовано: { $signer }, { $moment }
final-cancelled-route-enough = ➖ Больше не нужно: других ответов хватило, { $moment }
final-cancelled-route-refused = ➖ Больше не нужно: по заявке отказано, { $moment }
state-agreed = согласовано
state-circulating = идёт по маршруту
origin-circulating = ⏳ Заявка { $number } идёт по маршруту.
origin-agreed = 👍 Заявка { $number } согласована.

# Ошибки
error-NotAllowed-route-required = Такие документы идут по маршруту, а не одному человеку. Ничего не отправлено; выберите маршрут.
error-NotAllowed-route-unfit = Этот маршрут не для такого документа или не для вас. Ничего не отправлено; выберите другой.
error-NotAllowed-amount-missing = Маршрут «{ $route }» только для некоторых сумм. Ничего не отправлено; сначала назовите сумму.
error-NotAllowed-amount-unfit = Маршрут «{ $route }» не для этой суммы. Ничего не отправлено; выберите другой.
error-NotAllowed-amount-of-deal = Сумма указана в сделке. Ничего не изменилось; исправьте сумму в сделке.
error-NotAllowed-no-amount = Это не сумма. Ничего не потеряно; напишите число, например 25 000 или 25 000,50.
error-NotAllowed-other-currency = Суммы здесь в { $currency }. Ничего не потеряно; напишите сумму в { $currency }.
error-NotAllowed-route-names = Кого здесь просить, говорит маршрут. Может ответить заместитель, но выбрать другого нельзя.
error-NotAllowed-route-inside = По маршруту каждая подпись стоит внутри документа, а здесь нужна подпись отдельным файлом, её ставит один человек. Ничего не отправлено.
error-NotAllowed-other-seat = { $person } уже отвечает по этой заявке на другом месте, а считать одного человека дважды нельзя. Выберите другого заместителя.
error-RouteRefused = По этому маршруту отправить нельзя. Ничего не отправлено; администратор может поправить файл правил.
error-RouteRefused-empty = Маршрут или его часть никого не спрашивает. Назовите там хотя бы одного человека.
error-RouteRefused-need = { $need } из { $number } быть не может. Напишите число от 1 до { $number }.
error-RouteRefused-order-inside = Шаги по порядку стоят только снаружи. Сделайте их отдельными шагами.
error-RouteRefused-twice = { $person }: об одном и том же спрашивают дважды. Уберите одно из двух.
error-RouteRefused-nobody-signs = Маршрут может закончиться без единой подписи. Добавьте того, кто подписывает.
error-RouteRefused-nobody = В файле правил назван «{ $person }», а здесь так никого не зовут.
error-RouteRefused-several = В файле правил назван «{ $person }», а здесь так зовут нескольких. Напишите полное имя или номер.
error-RouteRefused-unknown-rule = Шаг маршрута не говорит, кто подписывает или согласует.

# Файл правил
error-RouteRefused-syntax = Это не TOML. Посмотрите на эту строку и на предыдущую: не хватает кавычки, скобки или знака равенства.
error-RouteRefused-unknown-key = «{ $key }» здесь ничего не значит. Известны: { $known }.
error-RouteRefused-type = «{ $key }» пишут иначе, например { $wanted }.
error-RouteRefused-no-routes = Ни одного маршрута нет. Начните с [[route]].
error-RouteRefused-no-name = У маршрута нет названия. Напишите name = "…", как его будут выбирать.
error-RouteRefused-name-twice = «{ $name }» уже есть. Назовите второй маршрут иначе.
error-RouteRefused-unknown-department = Не сказано, кто входит в отдел «{ $name }». Добавьте его в [departments].
error-RouteRefused-amounts = От { $lowest } и меньше { $below } не бывает. Второе число должно быть больше.
error-RouteRefused-currency = «{ $currency }» — не валюта. Напишите три заглавные буквы, например currency = "EUR".
error-RouteRefused-both = В шаге должно быть ровно одно из signs, approves и of. Сделайте два шага.
error-RouteRefused-veto = У «{ $person }» есть вето, но в этом шаге его не спрашивают. Назовите человека среди тех, кто подписывает или согласует.

# В других местах
timeline-circulating = 🧭 { $document }: идёт по маршруту «{ $route }», срок: { $moment }.
web-state-circulating = В пути: подписывают несколько человек
web-state-agreed = Согласовано
desk-state-circulating = { $route }: { $steps }
desk-state-agreed = Согласовано: { $signer }, { $moment }
desk-event-circulated = { $person }: отправлено по маршруту
desk-event-agreed = { $person }: согласовано
desk-act-agree = Согласовать
desk-agree-asked = { $requester } просит согласовать: { $signer }, срок: { $moment }
