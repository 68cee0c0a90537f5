"""The days off fixed by law, for years whose calendar has not been published yet.

Rule: 全国年节及纪念日放假办法, State Council decree 795, in force since 1 January 2025: 13 days a year.
Which days are moved around them (调休) is not in the law but in the notice of each November, so this is only
the best guess there is. Before 2025 other rules held, but from 2004 on all years are published.
"""

from datetime import date, timedelta
from functools import lru_cache

# Year, then month and day of lunar 1/1 (春节), 5/5 (端午), 8/15 (中秋). Generated with borax 4.1.3, compared
# with lunardate 0.3.0 (to 2099) and with the new moons that PyEphem 4.2.1 computes for UTC+8. One day
# differs, 中秋 of 2089 (new moon at 23:57): lunardate and PyEphem agree on it and were followed.
_LUNAR = """
1990 0127 0528 1003 | 1991 0215 0616 0922 | 1992 0204 0605 0911 | 1993 0123 0624 0930 | 1994 0210 0613 0920
1995 0131 0602 0909 | 1996 0219 0620 0927 | 1997 0207 0609 0916 | 1998 0128 0530 1005 | 1999 0216 0618 0924
2000 0205 0606 0912 | 2001 0124 0625 1001 | 2002 0212 0615 0921 | 2003 0201 0604 0911 | 2004 0122 0622 0928
2005 0209 0611 0918 | 2006 0129 0531 1006 | 2007 0218 0619 0925 | 2008 0207 0608 0914 | 2009 0126 0528 1003
2010 0214 0616 0922 | 2011 0203 0606 0912 | 2012 0123 0623 0930 | 2013 0210 0612 0919 | 2014 0131 0602 0908
2015 0219 0620 0927 | 2016 0208 0609 0915 | 2017 0128 0530 1004 | 2018 0216 0618 0924 | 2019 0205 0607 0913
2020 0125 0625 1001 | 2021 0212 0614 0921 | 2022 0201 0603 0910 | 2023 0122 0622 0929 | 2024 0210 0610 0917
2025 0129 0531 1006 | 2026 0217 0619 0925 | 2027 0206 0609 0915 | 2028 0126 0528 1003 | 2029 0213 0616 0922
2030 0203 0605 0912 | 2031 0123 0624 1001 | 2032 0211 0612 0919 | 2033 0131 0601 0908 | 2034 0219 0620 0927
2035 0208 0610 0916 | 2036 0128 0530 1004 | 2037 0215 0618 0924 | 2038 0204 0607 0913 | 2039 0124 0527 1002
2040 0212 0614 0920 | 2041 0201 0603 0910 | 2042 0122 0622 0928 | 2043 0210 0611 0917 | 2044 0130 0531 1005
2045 0217 0619 0925 | 2046 0206 0608 0915 | 2047 0126 0529 1004 | 2048 0214 0615 0922 | 2049 0202 0604 0911
2050 0123 0623 0930 | 2051 0211 0613 0919 | 2052 0201 0601 0907 | 2053 0219 0620 0926 | 2054 0208 0610 0916
2055 0128 0530 1005 | 2056 0215 0617 0924 | 2057 0204 0606 0913 | 2058 0124 0625 1002 | 2059 0212 0614 0921
2060 0202 0603 0909 | 2061 0121 0622 0928 | 2062 0209 0611 0917 | 2063 0129 0601 1006 | 2064 0217 0619 0925
2065 0205 0608 0915 | 2066 0126 0528 1003 | 2067 0214 0616 0923 | 2068 0203 0604 0911 | 2069 0123 0623 0929
2070 0211 0613 0919 | 2071 0131 0602 0908 | 2072 0219 0620 0926 | 2073 0207 0610 0916 | 2074 0127 0530 1005
2075 0215 0617 0924 | 2076 0205 0606 0912 | 2077 0124 0624 1001 | 2078 0212 0614 0920 | 2079 0202 0604 0910
2080 0122 0622 0928 | 2081 0209 0611 0917 | 2082 0129 0601 1006 | 2083 0217 0619 0926 | 2084 0206 0607 0914
2085 0126 0527 1003 | 2086 0214 0615 0922 | 2087 0203 0605 0911 | 2088 0124 0623 0929 | 2089 0210 0613 0918
2090 0130 0602 0908 | 2091 0218 0621 0927 | 2092 0207 0609 0916 | 2093 0127 0529 1005 | 2094 0215 0617 0924
2095 0205 0606 0913 | 2096 0125 0624 0930 | 2097 0212 0614 0920 | 2098 0201 0604 0909 | 2099 0121 0623 0929
2100 0209 0612 0918
"""


@lru_cache(maxsize=256)
def statutory_days(year: int) -> dict[date, str]:
    """Return {date: name} of the year's days off by law. Outside 1990–2100 the lunar ones are left out."""
    days = {
        date(year, 1, 1): "元旦",
        date(year, 5, 1): "劳动节",
        date(year, 5, 2): "劳动节",
        date(year, 10, 1): "国庆节",
        date(year, 10, 2): "国庆节",
        date(year, 10, 3): "国庆节",
    }
    lunar = _lunar_table().get(year)
    if lunar:
        new_year, dragon_boat, mid_autumn = lunar
        # New Year's Eve and the first three days of the lunar year.
        days |= {new_year + timedelta(offset): "春节" for offset in range(-1, 3)}
        days[_qingming(year)] = "清明节"
        days[dragon_boat] = "端午节"
        days.setdefault(mid_autumn, "中秋节")
    return days


@lru_cache(maxsize=1)
def _lunar_table() -> dict[int, list[date]]:
    table = {}
    for entry in _LUNAR.replace("|", "\n").strip().splitlines():
        year, *festivals = entry.split()
        table[int(year)] = [date(int(year), int(f[:2]), int(f[2:])) for f in festivals]
    return table


def _qingming(year: int) -> date:
    """Return the day the sun reaches 15° (UTC+8), by the usual formula; checked against PyEphem for 1990–2100."""
    in_century = year - 1900 if year < 2000 else year - 2000
    shift = 5.59 if year < 2000 else 4.81
    leap_days = in_century // 4 - (year == 2100)  # 2100 is no leap year
    return date(year, 4, int(in_century * 0.2422 + shift) - leap_days)
