"""Owns how workbooks look, whatever they are written as: fonts, colours and number formats; and their fixed date."""

from __future__ import annotations

from planner.report.workbook.book import Look, Part

FONT = "Arial"
# A workbook says of itself when it was made; the same run is to give the same bytes, so it says this of every one.
WHEN = (2000, 1, 1)

# Every ink stands out from what is behind it at 4.5 to 1 or more (WCAG 2, AA); no meaning rests on colour alone.
COLOURS = {
    "header": "#1F3864",
    "header ink": "#FFFFFF",
    "input": "#FFF9E5",
    "input ink": "#1F3FA8",
    "good": "#D5EFD8",
    "good ink": "#14532D",
    "bad": "#F8D3D0",
    "bad ink": "#8A1010",
}
TABS = {Part.GUIDE: "#1F3864", Part.CHECK: "#2E7D32", Part.CALCULATION: "#6B6B6B", Part.INPUT: "#D9A400"}
NUMBERS = {
    Look.COUNT: "0",
    Look.POUNDS: "#,##0",
    Look.PENCE: "#,##0.00",
    Look.FACTOR: "0.000000",
    Look.PRICE: "#,##0.0000",
    Look.PERCENT: "0.00%",
    Look.SHARE: "0.0000%",
    Look.ALLOWANCE: "0.000000000000",
}
