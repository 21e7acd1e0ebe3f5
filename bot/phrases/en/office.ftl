# Office files: what became of them, what is told about them, why some are refused.

made-from = made from “{ $name }”
made-from-digest = Made from “{ $name }”, SHA-256 { $sha256 }. That file is kept as it came.
warnings-more = { $number ->
    [one] One more thing is told beside the pages.
   *[other] { $number } more things are told beside the pages.
}
accept-question = { $number ->
    [one] I made a PDF of your file, one page. Is it right?
   *[other] I made a PDF of your file, { $number } pages. Are they right?
}
accept-advice = These pages are what will be signed, not the file that you sent. Look at all of them before you go on.
button-look-over = 👁 See all pages
button-accept-pages = ✅ They are right
toast-accepted = Whom shall I ask to sign?
web-made-from = Made from a file with SHA-256
web-compare-original = This is the file that the signed pages were made of. It carries no signature itself.
desk-act-accept = The pages are right
desk-state-made = I made a PDF of the file. Look at all its pages: they are what will be signed.
desk-event-accepted = { $person } found the pages right that were made of the file
error-NotAllowedNow-pages-not-accepted = The requester has not yet looked at the pages that I made of the file. Nobody is asked before.

# Warnings
warning-mended = The PDF had fields, marks or parts that nobody sees; these are plain pages of it.
warning-tracked-changes = The original has tracked changes: deleted words may stand next to new ones.
warning-hidden-text = The original has hidden text; it is not on the pages.
warning-hidden-sheets = The original has hidden sheets; they are not on the pages.
warning-hidden-rows = The original has hidden rows or columns; they are not on the pages.
warning-hidden-slides = The original has hidden slides; they are not on the pages.
warning-outside = The original refers to things elsewhere; I fetched none of them.
warning-macros = The original has macros; they did not run and are not in the PDF.
warning-scripts-left-out = The original has scripts; they did not run and are not in the PDF.
warning-comments-left-out = The original has comments; they are not on the pages.
warning-office-signature = The original carries an electronic signature; it does not count for the PDF.
warning-live-values = The original has values that change by themselves, such as today’s date; the pages keep what stands there now.
warning-formulas = Its formulas are gone: the pages keep the results that were last saved.
warning-embedded = The original has embedded objects; the pages show only pictures of them.
warning-other-typefaces = A typeface of the original is not installed here: lines may break elsewhere.
warning-old-format = This was an old office format: I cannot look for changes, comments or hidden parts in it.
warning-encoding-guessed = The text does not say how its letters are encoded; I guessed.
warning-web-page = This was a web page: its design is left out.

# Refusals
refused-kind-office = I could turn { $name } into a PDF, but LibreOffice is not installed here. Please save the file as PDF and send that. An administrator can add it: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui
refused-kind-office-other = I do not know this kind of office file. Please save it as PDF, or as docx, xlsx, pptx, odt, ods or odp, and send that.
refused-office-broken = This office file is damaged: some of its parts are missing or cannot be read. Please open it, save it again and send the new file.
refused-office-password = This file has a password. Please save a copy without one, or as PDF, and send that.
refused-office-unreadable = LibreOffice cannot make a PDF of this file. Please open it in the program it comes from, save it as PDF and send that.
refused-office-too-hard = { $name } takes too long or too much memory to become a PDF. Please save it as PDF yourself, or choose a smaller print area, and send that.
refused-office-too-deep = This file is nested too deeply to be read safely. Please save it as PDF and send that.
refused-text-encoding = I cannot find out how the letters of this text are encoded. Please save it as UTF-8 and send it again.
