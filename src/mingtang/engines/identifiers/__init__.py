"""Numbers of people and of enterprises in China: made, read and checked. GB 11643-1999 and GB 32100-2015.

Example::

    make_resident_number("990101", date(1960, 3, 2), 17)       # eighteen characters with a valid check digit
    read_resident_number(text).birth                           # refuses a number whose check digit does not fit
"""

from mingtang.engines.identifiers.credit_code import CreditCode, make_credit_code, read_credit_code
from mingtang.engines.identifiers.errors import IdentifierRefused
from mingtang.engines.identifiers.resident_number import ResidentNumber, make_resident_number, read_resident_number

__all__ = [
    "CreditCode",
    "IdentifierRefused",
    "ResidentNumber",
    "make_credit_code",
    "make_resident_number",
    "read_credit_code",
    "read_resident_number",
]
