# Действие «Подписать документ» в дизайнере процессов, журнал процесса и что процесс получает в ответ.

robot-name = Подписать документ (Countersign)
robot-description = Спрашивает подписанта в чате и ждёт ответа. Подписанный файл заменяет неподписанный в сделке. Дальше по ветке «подписано» идите, только если статус равен signed.
robot-field = Файловое поле сделки
robot-field-help = Где лежит документ
robot-signer = Подписант
robot-signer-help = Пусто: ответственный за сделку или маршрут, если он выбран
robot-route = Маршрут
robot-route-help = Несколько человек по порядку, как сказано в файле правил компании. Подписант тогда остаётся пустым
robot-comment = Комментарий для подписанта
robot-comment-help = Будет на карточке подписанта
robot-deadline-hours = Срок в часах
robot-deadline-hours-help = Пусто: пока ждёт процесс, но не дольше, чем разрешают правила компании
robot-on-reject = Если подписант отказал
robot-on-reject-help = Идти дальше со статусом «rejected» или остановить процесс
robot-on-reject-continue = Идти дальше со статусом rejected
robot-on-reject-stop = Остановить процесс
robot-form = Куда поставить подпись
robot-form-help = Внутрь документа или рядом отдельным файлом (.p7s), если документ менять нельзя
robot-form-pades = Внутрь документа (PDF)
robot-form-cades = Рядом, отдельным файлом (.p7s)
robot-returns-status = Статус (signed, rejected, expired, cancelled, error)
robot-returns-reason = Причина
robot-returns-signer = Подписант
robot-returns-signed-at = Время подписи
robot-returns-signed-file-id = Номер подписанного файла
robot-returns-signed-file = Имя подписанного файла
robot-returns-signature-file-id = Номер файла подписи
robot-returns-signature-file = Имя файла подписи
robot-returns-number = Номер заявки
robot-returns-verification-url = Ссылка для проверки подписи

robot-log-received = Countersign принял документ.
robot-log-received-along = Countersign принял документ. Он должен идти по маршруту «{ $route }».
robot-log-signed = Подписано, { $signer }. { $reason }
robot-log-signed-along = Подписано по маршруту «{ $route }», { $signer }. { $reason }
robot-log-rejected = Отказ, { $signer }: { $reason }
robot-log-rejected-along = На маршруте «{ $route }» отказ, { $signer }: { $reason }
robot-log-expired = Ответа в срок не было. Ничего не подписано.
robot-log-expired-along = Маршрут «{ $route }» не пройден в срок. Файл в сделке не изменён.
robot-log-cancelled = Заявка отозвана. Ничего не подписано.
robot-log-cancelled-along = Заявка отозвана с маршрута «{ $route }». Файл в сделке не изменён.
robot-log-error = Никого не спросили. { $reason }

robot-error-no-such-field = Здесь нет файлового поля «{ $field }». Выберите в действии одно из этих: { $fields }
robot-error-no-file = В поле { $field } нет файла. Положите туда документ до этого действия.
robot-error-several-files = В поле { $field } несколько файлов, и непонятно, какой подписывать. Оставьте один неподписанный.
robot-error-one-signer = Указано несколько подписантов. Одно действие спрашивает одного человека; выберите вместо этого маршрут компании или для следующего поставьте второе действие после этого.
robot-error-not-a-person = «{ $value }»: это не сотрудник. Выберите подписантом человека.
robot-error-bad-deadline = «{ $value }»: это не срок. Укажите целое число часов, например 48.
robot-error-no-signer = Не указан ни подписант, ни маршрут, и ответственного за сделку нет.
robot-error-no-such-route = В файле правил компании нет маршрута «{ $route }». { $number ->
    [0] Маршрутов там нет вообще; выберите подписанта.
   *[other] Выберите в действии один из этих: { $routes }
}
robot-error-route-and-signer = Указаны и подписант, и маршрут «{ $route }». Оставьте что-то одно: маршрут сам говорит, кого спросить.
robot-error-route-and-mandate = Указаны и тип документа для автоматической печати, и маршрут «{ $route }». Оставьте что-то одно: маршрут спрашивает людей, постоянное поручение никого не спрашивает.
robot-error-route-required = Такие документы, как «{ $document }», идут по маршруту, а не одному человеку и не по постоянному поручению. Выберите его в действии: { $routes }
robot-error-route-unfit = Маршрут «{ $route }» не для документа «{ $document }»{ $amount ->
    [none] {""}
   *[told] , не для этой суммы
} или не для этого автора заявки: { $requester }. { $number ->
    [0] Подходящего маршрута нет; выберите подписанта.
   *[other] Выберите в действии один из этих: { $routes }
}
robot-error-amount-missing = Маршрут «{ $route }» только для некоторых сумм. Укажите сумму сделки{ $currency ->
    [none] .
   *[other] , валюта { $currency }.
}
robot-error-route-inside = По маршруту каждая подпись стоит внутри документа. Выберите в действии «Внутрь документа (PDF)» или вместо маршрута подписанта.
robot-error-no-such-choice = «{ $value }»: такого варианта на случай отказа нет. Выберите из списка.
robot-error-no-such-form = «{ $value }»: так подпись поставить нельзя. Выберите из списка.
robot-error-unknown-signer = Countersign не знает сотрудника портала { $user }. Администратор может его добавить: countersign bitrix24 people.
robot-error-no-starter = Процесс не запускал никто из людей, поэтому нет автора заявки. Пусть процесс запускает человек или изменение, которое делает человек.
robot-error-unknown-starter = Countersign не знает сотрудника { $user }, который запустил процесс. Администратор может его добавить: countersign bitrix24 people.
robot-error-already-asked = Этот же файл уже ждёт ответа, подписант { $signer }. Ничего не изменено; запустите процесс снова после ответа.
robot-error-already-along = Этот же файл уже идёт по маршруту «{ $route }». Ничего не изменено; запустите процесс снова, когда маршрут закончится.
robot-error-deal-closed = Приложению нельзя читать эту сделку. Дайте пользователю, который его установил, право видеть и менять сделки компании.
robot-error-deal-gone = Этой сделки больше нет.

timeline-process-gone-on = ⚠ { $document }: подписано ({ $signer }), но бизнес-процесс к этому времени перестал ждать и пошёл дальше так, будто подписи нет. Подписанный файл лежит в сделке.
reason-process-gone-on = бизнес-процесс к этому времени перестал ждать и пошёл дальше так, будто подписи нет; подписанный файл лежит в сделке
