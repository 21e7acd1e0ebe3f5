// Inside the portal's frame, once, after the application was installed with its user interface.
BX24.init(() => BX24.installFinish());
