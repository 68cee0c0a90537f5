"""The report to the congress: studios, money, deputies, activities and opinions of any days, on page and paper."""
