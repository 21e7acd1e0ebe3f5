// window.Telegram.WebApp for pages opened on the loopback phones: the part of Telegram's script that Mini Apps here use.
(() => {
  const launch = new URLSearchParams(window.location.hash.slice(1));
  const initData = launch.get("tgWebAppData") ?? "";
  const themeParams = JSON.parse(launch.get("tgWebAppThemeParams") ?? "{}");
  const listeners = new Map();
  const tell = (eventType, eventData = {}) => window.parent.postMessage(JSON.stringify({ eventType, eventData }), "*");

  const readInitData = () => {
    const fields = Object.fromEntries(new URLSearchParams(initData));
    if (fields.user) fields.user = JSON.parse(fields.user);
    return fields;
  };

  const emit = (name, detail) => (listeners.get(name) ?? []).forEach((listener) => listener(detail));

  const isDark = (colour) => {
    const [red, green, blue] = (colour ?? "#ffffff").match(/[0-9a-f]{2}/gi)?.map((part) => parseInt(part, 16)) ?? [255, 255, 255];
    return red * 0.299 + green * 0.587 + blue * 0.114 < 128;
  };

  const applyTheme = () => {
    WebApp.colorScheme = isDark(WebApp.themeParams.bg_color) ? "dark" : "light";
    const root = document.documentElement;
    for (const [name, value] of Object.entries(WebApp.themeParams)) root.style.setProperty(`--tg-theme-${name.replaceAll("_", "-")}`, value);
    root.style.setProperty("--tg-color-scheme", WebApp.colorScheme);
  };

  const MainButton = {
    text: "CONTINUE", isVisible: false, isActive: true, isProgressVisible: false,
    setText(text) { return this.change({ text }); },
    show() { return this.change({ isVisible: true }); },
    hide() { return this.change({ isVisible: false }); },
    enable() { return this.change({ isActive: true }); },
    disable() { return this.change({ isActive: false }); },
    showProgress() { return this.change({ isProgressVisible: true }); },
    hideProgress() { return this.change({ isProgressVisible: false }); },
    setParams({ text, color, is_visible: isVisible, is_active: isActive }) {
      const given = { text, color, isVisible, isActive };
      return this.change(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
    },
    onClick(listener) { WebApp.onEvent("mainButtonClicked", listener); return this; },
    offClick(listener) { WebApp.offEvent("mainButtonClicked", listener); return this; },
    change(wish) {
      Object.assign(this, wish);
      tell("web_app_setup_main_button", { is_visible: this.isVisible, is_active: this.isActive, is_progress_visible: this.isProgressVisible, text: this.text, color: this.color });
      return this;
    },
  };

  const haptic = (type) => function feel(style) { tell("web_app_trigger_haptic_feedback", { type, style }); return this; };

  const popup = (message, buttons, then, title = "") => {
    WebApp.onEvent("popupClosed", function once({ button_id: id }) {
      WebApp.offEvent("popupClosed", once);
      then?.(id);
    });
    tell("web_app_open_popup", { title, message, buttons });
  };

  const WebApp = {
    initData,
    initDataUnsafe: readInitData(),
    version: launch.get("tgWebAppVersion") ?? "6.0",
    platform: launch.get("tgWebAppPlatform") ?? "unknown",
    themeParams,
    colorScheme: "light",
    isExpanded: true,
    isActive: true,
    get viewportHeight() { return window.innerHeight; },
    get viewportStableHeight() { return window.innerHeight; },
    MainButton,
    BackButton: { isVisible: false, show() {}, hide() {}, onClick() {}, offClick() {} },
    HapticFeedback: { impactOccurred: haptic("impact"), notificationOccurred: haptic("notification"), selectionChanged: haptic("selection_change") },
    isVersionAtLeast: (wanted) => WebApp.version.localeCompare(wanted, undefined, { numeric: true }) >= 0,
    ready: () => tell("web_app_ready"),
    expand: () => tell("web_app_expand"),
    close: () => tell("web_app_close"),
    openLink: (url) => tell("web_app_open_link", { url }),
    openTelegramLink: (url) => { const { pathname, search } = new URL(url); tell("web_app_open_tg_link", { path_full: pathname + search }); },
    showPopup: ({ title, message, buttons = [{ type: "close" }] }, then) => popup(message, buttons, then, title),
    showAlert: (message, then) => popup(message, [{ type: "ok", text: "OK" }], () => then?.()),
    showConfirm: (message, then) => popup(message, [{ id: "ok", type: "ok", text: "OK" }, { type: "cancel", text: "Cancel" }], (id) => then?.(id === "ok")),
    setHeaderColor() {}, setBackgroundColor() {}, setBottomBarColor() {}, enableClosingConfirmation() {}, disableClosingConfirmation() {}, disableVerticalSwipes() {},
    onEvent(name, listener) { listeners.set(name, [...(listeners.get(name) ?? []), listener]); },
    offEvent(name, listener) { listeners.set(name, (listeners.get(name) ?? []).filter((other) => other !== listener)); },
  };

  window.addEventListener("message", ({ data, source }) => {
    if (source !== window.parent || typeof data !== "string") return;
    const { eventType, eventData } = JSON.parse(data);
    if (eventType === "main_button_pressed") emit("mainButtonClicked");
    if (eventType === "popup_closed") emit("popupClosed", eventData);
    if (eventType === "viewport_changed") emit("viewportChanged", { isStateStable: true });
    if (eventType !== "theme_changed") return;
    WebApp.themeParams = eventData.theme_params;
    applyTheme();
    emit("themeChanged");
  });

  applyTheme();
  window.Telegram = { WebApp };
})();
