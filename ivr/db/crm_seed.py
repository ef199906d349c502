"""Made-up customers for demonstrations and tests; the days are counted from the day of seeding."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ivr.db.crm_tables import Customer

_FIBRE_300, _FIBRE_600, _FIBRE_1000 = ("fibra 300", "25.00"), ("fibra 600", "30.00"), ("fibra 1 giga", "40.00")
_MOBILE, _ALL = ("móvil 50 gigas", "15.00"), ("fibra 600 con televisión", "55.00")

# account, name, phone, (plan, price), balance, days until due (None: nothing due), status
_CUSTOMERS: tuple[tuple[str, str, str, tuple[str, str], str, int | None, str], ...] = (
    ("123456", "Ana López García", "612345678", _FIBRE_600, "45.50", 12, "active"),
    ("234567", "Javier Martín Ruiz", "623456789", _FIBRE_300, "25.00", 5, "active"),
    ("345678", "Carmen Sánchez Gil", "634567890", _ALL, "0.00", None, "active"),
    ("456789", "Miguel Fernández Soto", "645678901", _FIBRE_1000, "80.00", -6, "suspended"),
    ("567890", "Lucía Romero Díaz", "656789012", _FIBRE_600, "30.00", 9, "outage"),
    ("654321", "Antonio Pérez Molina", "654321987", _FIBRE_600, "37.80", 15, "active"),
    ("111222", "Isabel Torres Vega", "611122233", _MOBILE, "15.00", 20, "active"),
    ("222333", "Francisco Navarro Cano", "622233344", _ALL, "112.45", 3, "active"),
    ("333444", "Marta Ortega Ramos", "633344455", _FIBRE_300, "0.00", None, "active"),
    ("444555", "Pablo Castillo León", "644455566", _FIBRE_1000, "41.21", 8, "outage"),
    ("555666", "Elena Vargas Prieto", "655566677", _FIBRE_600, "60.00", -2, "active"),
    ("666777", "Sergio Iglesias Mora", "666777888", _MOBILE, "18.99", 11, "active"),
    ("777888", "Raquel Domínguez Sanz", "677788899", _ALL, "55.00", 17, "active"),
    ("888999", "David Herrera Campos", "688899900", _FIBRE_300, "1.00", 1, "active"),
    ("100200", "Cristina Medina Flores", "691002003", _FIBRE_600, "21.01", 25, "active"),
    ("200300", "Alejandro Cortés Peña", "692003004", _FIBRE_1000, "40.00", 6, "suspended"),
    ("300400", "Rosa Guerrero Lara", "693004005", _FIBRE_300, "25.00", 13, "active"),
    ("400500", "Manuel Reyes Santos", "694005006", _ALL, "0.00", None, "cancelled"),
    ("500600", "Guadalupe Hernández Cruz", "+525512345678", _MOBILE, "15.50", 10, "active"),
    ("987654", "Beatriz Calvo Núñez", "698765432", _FIBRE_600, "30.00", 7, "active"),
)


def seed(engine: Engine, today: dt.date) -> int:
    """Enter the demo customers unless there are customers already; answers how many were entered."""
    with Session(engine) as session, session.begin():
        if session.scalar(select(Customer.account_id).limit(1)) is not None:
            return 0
        session.add_all(_customers(today))
    return len(_CUSTOMERS)


def _customers(today: dt.date) -> list[Customer]:
    repair = dt.datetime.combine(today, dt.time(20, 0))
    return [
        Customer(
            account_id=account,
            name=name,
            phone=phone,
            email=f"cliente{account}@example.com",
            plan=plan,
            price=Decimal(price),
            balance=Decimal(balance),
            due_date=None if days is None else today + dt.timedelta(days=days),
            status=status,
            outage_until=repair if status == "outage" else None,
        )
        for account, name, phone, (plan, price), balance, days, status in _CUSTOMERS
    ]
