# Отсутствие: кто замещает, напоминания, тихие часы, список на утро.

# В штампе и в самой подписи: Ольга Бабич, вместо: Иван Маркович, доверенность 12/2026
away-for = вместо: { $person }
away-for-on = вместо: { $person }, { $ground }

# На карточках
away-line = 🏖 { $person } отсутствует по { $day }, вместо – { $deputy }.
away-line-nobody = 🏖 { $person } отсутствует по { $day }, и никто не замещает.
away-you-sign-for = Вы подписываете вместо: { $person }, своим ключом
away-you-sign-for-on = Вы подписываете вместо: { $person }, { $ground }, своим ключом
away-button = { $person } 🏖

# /away
away-when = По какой день вас не будет?
away-dates-write = Напишите дни следующим сообщением, например 12.12 (с сегодняшнего дня по этот) или 1.12 – 12.12.
away-dates-unread = Не могу разобрать эти дни. Напишите их как 12.12 или 1.12 – 12.12.
away-who = Кто подписывает вместо вас?
away-who-none = Замещать вас пока некому: заместителя назначает администратор. До тех пор люди видят, что вас нет.
away-days = Вас нет с { $first } по { $last } включительно
away-deputy = Подписывает { $deputy }, своим ключом.
away-nobody = Никто не замещает: новое ждёт вас, и люди видят, что вас нет.
away-waiting = { $number ->
    [one] Сейчас вас ждёт { $number } заявка, она тоже перейдёт.
    [few] Сейчас вас ждут { $number } заявки, они тоже перейдут.
   *[many] Сейчас вас ждут { $number } заявок, они тоже перейдут.
}
away-ground = Основание: { $ground }.
away-ground-write = Напишите основание так, как оно должно стоять в штампе, например: доверенность 12/2026.
away-is-on = 🏖 Вас нет по { $last }.
away-is-planned = 🏖 Вас не будет с { $first } по { $last }.
away-ends = Закончится само; всё нерешённое тогда вернётся к вам. Раньше: /back
away-not = Вы на месте. Командой /away скажите, когда вас не будет.
away-back = 👋 С возвращением! { $number ->
    [0] Вас ничего не ждало.
    [one] К вам возвращается { $number } заявка.
    [few] К вам возвращаются { $number } заявки.
   *[many] К вам возвращаются { $number } заявок.
}
away-not-now = Отсутствие не записано.
away-how = Чтобы сказать об этом, напишите, например: away 1.12 – 12.12 Ольга, доверенность 12/2026. Замещать вас могут: { $deputies }.
away-how-nobody = Чтобы сказать об этом, напишите, например: away 1.12 – 12.12. Замещать вас пока некому: заместителя назначает администратор.
away-other-person = Под это имя подходят несколько человек или никто. Выберите:

# /quiet
quiet-how = Ваши тихие часы: { $hours }. В это время вам ни о чём не напоминают. Чтобы изменить, напишите /quiet 20:00-08:00, /quiet off или /quiet company; /quiet 20:00-08:00 каждый день – чтобы напоминали и в выходные.
quiet-set = Ваши тихие часы теперь: { $hours }.
quiet-hours = с { $begin } до { $end }
quiet-hours-weekends = с { $begin } до { $end } и весь день в субботу и воскресенье
quiet-none = нет, вам напоминают в любое время

# Список на утро
digest-head = ☀️ Доброе утро! { $number ->
    [one] Вас ждёт { $number } документ:
    [few] Вас ждут { $number } документа:
   *[many] Вас ждут { $number } документов:
}
digest-line = { $requester } · срок { $moment }
digest-for = вместо: { $person }
digest-more = … и ещё { $number }
digest-hint = /pending показывает карточки снова.
digest-empty = ☀️ Всё, что было с утра, сделано. Вас ничего не ждёт.

# Кнопки
button-away-until = По { $day }
button-away-other = Другие дни…
button-away-deputy = ⤴ { $person }
button-away-nobody = Никто
button-away-ground = ✍️ Основание
button-away-sure = 🏖 Меня не будет
button-away-again = ‹ Другие дни
button-away-back = 👋 Я на месте

# Команды
command-away = Меня не будет: кто подписывает
command-back = Я на месте
command-quiet = Тихие часы

# Уведомления
notice-stands-in = 🏖 { $signer } отсутствует по { $last_day }. «{ $name }» подписывает { $deputy }.
notice-returned = 👋 { $signer } снова на месте, «{ $name }» опять ждёт подписи там.
notice-deputises = ⤴ { $signer } отсутствует с { $first_day } по { $last_day }. Замещаете вы: что ждёт подписи, приходит к вам, и вы подписываете своим ключом.{ $ground }
notice-back = 👋 Ваше отсутствие закончилось. { $number ->
    [0] Вас ничего не ждало.
    [one] К вам возвращается { $number } заявка.
    [few] К вам возвращаются { $number } заявки.
   *[many] К вам возвращаются { $number } заявок.
}
notice-passed-on = ⤴ «{ $name }» слишком долго ждёт подписи ({ $signer }), поэтому теперь подписывает { $deputy }.
notice-hand-over = ⏳ «{ $name }» давно ждёт вашей подписи. Кнопка «Заместитель» на карточке передаст документ: { $deputy }. Если вас не будет, скажите об этом командой /away.
notice-waits-long = ⚠️ Заявка { $number } ждёт подписи ({ $signer }), напоминания не помогли. { $requester } может попросить кого-то другого. Если подписанта нет на месте, запишите это: countersign people away

# Ошибки
error-NotAllowed-delegation-circle = Документ уже был у { $person }. Получился бы круг, поэтому ничего не изменено. Решите сами или попросите заявителя выбрать кого-то другого.
error-NotAllowed-chain-too-long = Документ уже передавали { $number } раза, больше нельзя. Ничего не изменено. Попросите заявителя выбрать кого-то другого.
error-NotAllowed-deputy-circle = { $person } в эти дни тоже отсутствует, и в итоге всё вернулось бы к вам: { $way }. Выберите другого заместителя.
error-NotAllowed-deputy-chain-too-long = С { $person } цепочка заместителей станет длиннее { $number }. Выберите того, кто в эти дни на месте.
error-NotAllowed-days-turned = Последний день раньше первого. Напишите дни ещё раз.
error-NotAllowed-days-over = Эти дни уже прошли. Напишите их ещё раз.
error-NotAllowed-days-too-many = Отсутствие может длиться не больше { $number } дней. Проверьте год.
error-NotAllowed-not-away = Отсутствие не записано, заканчивать нечего.

# Страница стола
desk-away = отсутствует по { $day }, вместо – { $deputy }
desk-away-nobody = отсутствует по { $day }, никто не замещает
desk-event-stood-in = Подписанта нет на месте, вместо – { $other }
desk-event-returned = Подписант снова на месте: { $other }
desk-event-reminded-by-itself = Подписанту напомнили
