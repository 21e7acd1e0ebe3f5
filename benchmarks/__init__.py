"""Measurements: the program against plain pyHanko, the bare token and bare aiogram."""
