"""Words, shapes and forms of the interface, and the files behind them."""

import datetime as dt
import hashlib
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sendco.core import css, ui
from sendco.core.forms import SendcoForm

pytestmark = pytest.mark.unit
ROOT = Path(settings.BASE_DIR)


def draw(source: str, path: str = "/", **context: object) -> str:
    return Template(source).render(Context({"request": RequestFactory().get(path), **context}))


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("{{ v|day }}", dt.date(2026, 3, 14), "14 March 2026"),
        ("{{ v|day }}", None, ""),
        ("{{ v|day }}", dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC), "2 July 2026"),
        ("{{ v|day_short }}", dt.date(2026, 9, 1), "1 Sep 2026"),
        ("{{ v|day_month }}", dt.date(2026, 3, 14), "14 March"),
        ("{{ v|weekday }}", dt.date(2026, 3, 26), "Thursday 26 March 2026"),
        ("{{ v|time }}", dt.time(9, 0), "9am"),
        ("{{ v|time }}", dt.time(13, 30), "1:30pm"),
        ("{{ v|time }}", dt.time(0, 5), "12:05am"),
        ("{{ v|time }}", dt.time(12, 0), "12pm"),
        ("{{ v|time:'H:i' }}", dt.time(13, 30), "13:30"),
        ("{{ v|moment }}", dt.datetime(2026, 7, 1, 12, 30, tzinfo=dt.UTC), "1 July 2026 at 1:30pm"),
        ("{{ v|iso }}", dt.date(2026, 3, 14), "2026-03-14"),
        ("{{ v|money }}", Decimal("9682.50"), "£9,683"),
        ("{{ v|money:2 }}", Decimal("12.4"), "£12.40"),
        ("{{ v|money }}", -40, "−£40"),
        ("{{ v|money }}", 0, "£0"),
        ("{{ v|minutes }}", 750, "12h 30m"),
        ("{{ v|minutes }}", 120, "2h"),
        ("{{ v|minutes }}", 0, "0m"),
        ("{{ v|minutes_words }}", 750, "12 hours 30 minutes"),
        ("{{ v|minutes_words }}", 60, "1 hour"),
        ("{{ v|percent }}", Decimal("94.5"), "95%"),
        ("{{ v|percent:1 }}", 94.2, "94.2%"),
        ("{{ v|words:'session' }}", 1, "1 session"),
        ("{{ v|words:'child,children' }}", 1200, "1,200 children"),
        ("{{ v|initials }}", "Priya van Nair", "PN"),
        ("{{ v|initials }}", "", ""),
        ("{{ v|short_name }}", "Amara Diallo", "Amara D"),
        ("{{ v|short_name }}", "Amara", "Amara"),
        ("{{ v|rating_word }}", None, "Away"),
        ("{{ v|rating_word }}", 3, "Got it"),
    ],
)
def test_filters(source, value, expected):
    assert draw(source, v=value) == expected


@given(st.integers(min_value=0, max_value=100_000))
@hypothesis_settings(max_examples=40)
def test_minutes_read_back(total):
    found = re.fullmatch(r"(?:(\d+)h)? ?(?:(\d+)m)?", ui.minutes(total))
    assert found
    assert int(found[1] or 0) * 60 + int(found[2] or 0) == total


@given(st.data())
@hypothesis_settings(max_examples=40)
def test_page_numbers_hold_first_current_and_last_in_order(data):
    last = data.draw(st.integers(min_value=1, max_value=400))
    current = data.draw(st.integers(min_value=1, max_value=last))
    shown = ui.page_numbers(current, last)
    numbers = [number for number in shown if number]
    assert numbers == sorted(set(numbers))
    assert {1, current, last} <= set(numbers)
    assert len(shown) <= 7


@pytest.mark.parametrize(("done", "planned", "expected"), [(5, 8, 62), (0, 0, 0), (9, 8, 100), (Decimal("1.5"), 2, 75)])
def test_share(done, planned, expected):
    assert ui.share(done, planned) == expected


ICON = '<svg class="{}" aria-hidden="true"><use href="/static/img/icons.svg#{}"/></svg>'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% icon "sun" %}', ICON.format("icon", "sun")),
        (
            '{% icon "x" "sm" "Close" %}',
            ICON.format("icon icon-sm", "x") + '<span class="visually-hidden">Close</span>',
        ),
        (
            '{% chip "warn" "Due in 2 days" %}',
            f'<span class="chip chip-warn">{ICON.format("mark", "m-warn")}Due in 2 days</span>',
        ),
        (
            '{% chip "none" v True %}',
            f'<span class="chip chip-plain">{ICON.format("mark", "m-none")}&lt;b&gt;</span>',
        ),
        ('{% tag "E" %}', '<span class="tag tag-ehc">EHC plan</span>'),
        ('{% tag "M" "Watching" %}', '<span class="tag">Watching</span>'),
        (
            '{% need "se" %}',
            f'<span class="need need-se">{ICON.format("", "n-se")}Social, emotional and mental health</span>',
        ),
        ('{% need "other" "Other" %}', '<span class="need">Other</span>'),
        ('{% avatar "Kofi Mensah" "sm" %}', '<span class="avatar avatar-sm" aria-hidden="true">KM</span>'),
        ("{% glyph None %}", ICON.format("glyph", "gx")),
        ("{% glyph 3 outline=True %}", ICON.format("glyph", "g3o")),
        (
            '{% bar 5 8 "5 of 8" %}',
            '<svg class="bar" role="img" aria-label="5 of 8" preserveAspectRatio="none" viewBox="0 0 100 8">'
            '<rect class="b-warn" width="62" height="8"/></svg>',
        ),
        (
            '{% pcell 12 "pupils" 2 "/x/" "in Year 4" %}',
            '<a class="pcell heat-2" href="/x/"><b>12</b><small>pupils</small>'
            '<span class="visually-hidden"> in Year 4</span></a>',
        ),
        (
            "{% pcell 0 %}",
            '<span class="pcell heat-0"><span aria-hidden="true">·</span>'
            '<span class="visually-hidden">None</span></span>',
        ),
        ('{% submit "Save plan" %}', '<button class="btn btn-primary" type="submit">Save plan</button>'),
        (
            '{% note "ok" %}Done{% endnote %}',
            f'<div class="note note-ok">{ICON.format("mark", "m-ok")}<div>Done</div></div>',
        ),
    ],
)
def test_small_parts(source, expected):
    assert draw(source, v="<b>") == expected


def test_trail_is_read_as_words():
    html = draw("{% trail ratings %}", ratings=[0, 1, None, 3])
    assert "Last 4 sessions: not yet, with help, away, got it" in html
    assert re.findall(r"#(g\w+)", html) == ["g0", "g1", "gx", "g3"]


def test_panel_names_its_section_after_its_heading():
    html = draw('{% panel "Next steps" link="/all/" link_text="All 7" %}<p>x</p>{% endpanel %}')
    assert html == (
        '<section class="panel" id="next-steps" aria-labelledby="h-next-steps"><div class="panel-head">'
        '<h2 id="h-next-steps">Next steps</h2><a href="/all/">All 7</a></div>'
        '<div class="panel-body"><p>x</p></div></section>'
    )


def test_page_head_without_actions_has_no_empty_box():
    assert (
        draw('{% page_head "Pupils" %} {% endpage_head %}') == '<div class="page-head"><div><h1>Pupils</h1></div></div>'
    )


def test_pager_keeps_the_query_string():
    html = draw("{% pager page %}", "/register/?year=4&page=2", page=Paginator(range(120), 50).page(2))
    assert "51 to 100 of 120 pupils" in html
    assert re.findall(r'href="(\?[^"]+)"', html) == [
        "?year=4&amp;page=1", "?year=4&amp;page=1", "?year=4&amp;page=2", "?year=4&amp;page=3", "?year=4&amp;page=3",
    ]  # fmt: skip


def test_sort_link_turns_round_and_forgets_the_page():
    html = draw('{% sort_link "name" "Name" "name" %}', "/register/?year=4&page=3&sort=name")
    assert html.startswith('<th scope="col" aria-sort="ascending"><a class="sort" href="?year=4&amp;sort=-name">Name')


@pytest.mark.parametrize(("current", "target"), [("-name", "name"), ("year", "name")])
def test_sort_link_of_another_or_falling_order_sorts_rising(current, target):
    assert f'href="?sort={target}"' in draw('{% sort_link "name" "Name" current %}', current=current)


def test_toast_offers_undo(monkeypatch):
    messages = [Message(25, "Session saved", extra_tags="undo:/sessions/4/undo/"), Message(40, "Not sent")]
    monkeypatch.setattr("sendco.core.templatetags.ui.parts.get_messages", lambda request: messages)
    html = draw("{% toasts %}", csrf_token="t")
    assert re.findall(r'class="toast toast-(\w+)"', html) == ["ok", "danger"]
    assert html.count("<form") == 1
    assert '<form method="post" action="/sessions/4/undo/">' in html


def test_provision_line_is_amber_below_three_quarters():
    low = draw('{% provision_line "Brick Club" "Sadia" 5 8 weekly=45 %}')
    fine = draw('{% provision_line "Brick Club" "Sadia" 6 8 weekly=45 %}')
    assert ("m-warn" in low, "b-warn" in low) == (True, True)
    assert ("m-warn" in fine, "b-warn" in fine) == (False, False)


class ExampleForm(SendcoForm):
    name = forms.CharField(help_text="As on the register", error_messages={"required": "Enter a name"})
    year = forms.ChoiceField(choices=[("1", "Year 1"), ("2", "Year 2")], widget=forms.RadioSelect)
    note = forms.CharField(required=False)

    def clean(self):
        raise forms.ValidationError("These two do not fit together")


@pytest.mark.parametrize(
    "source", ["{% load crispy_forms_tags %}{% crispy form %}", "{% load crispy_forms_filters %}{{ form|crispy }}"]
)
def test_form_speaks_label_hint_error_input_in_that_order(source):
    html = draw(source, form=ExampleForm({}))
    field = html[html.index('id="div_id_name"') : html.index('id="div_id_year"')]
    order = [field.index(part) for part in ('for="id_name"', 'id="id_name_helptext"', 'id="id_name_error"', "<input")]
    assert order == sorted(order)
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'aria-invalid="true"' in field
    assert "field has-error" in html


def test_error_summary_links_each_error_to_its_field():
    html = draw("{% error_summary form %}", form=ExampleForm({}))
    assert 'role="alert"' in html
    assert re.findall(r"<li>(?:<a href=\"#([\w]+)\">)?([^<]+)", html) == [
        ("", "These two do not fit together"),
        ("id_name", "Enter a name"),
        ("id_year_0", "Choose one"),
    ]


def test_error_summary_of_an_unsent_form_is_empty():
    assert draw("{% error_summary form %}", form=ExampleForm()).strip() == ""


def test_only_optional_fields_say_so_unless_all_are():
    form = ExampleForm()
    source = "{% load crispy_forms_tags %}{% crispy form %}"
    assert draw(source, form=form).count("(optional)") == 1
    form.hide_optional = True
    assert draw(source, form=form).count("(optional)") == 0


def test_radios_stand_in_a_fieldset_with_its_legend():
    html = draw("{% load crispy_forms_tags %}{% crispy form %}", form=ExampleForm())
    group = html[html.index("<fieldset") : html.index("</fieldset>")]
    assert '<legend class="form-label">Year</legend>' in group
    assert group.count('type="radio"') == 2


def test_title_says_error_when_the_form_has_errors():
    assert "<title>Error: SENDCo - SENDCo</title>" in render_to_string("base_public.html", {"form": ExampleForm({})})
    assert "<title>SENDCo - SENDCo</title>" in render_to_string("base_public.html", {"form": ExampleForm()})


def test_theme_is_written_by_the_server():
    html = render_to_string("base_public.html", {"shell": {"theme": "dark", "tint": "rose", "spacing": "wide"}})
    assert '<html lang="en-GB" data-bs-theme="dark" data-tint="rose" data-spacing="wide">' in html
    assert '<html lang="en-GB" data-bs-theme="auto">' in render_to_string("base_public.html", {})


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "csrf", "refusal"])
def test_error_pages_need_neither_user_nor_database(name):
    html = render_to_string(f"errors/{name}.html", {"message": "Only the SENDCo may do that.", "status": 403})
    assert html.count("<h1>") == 1
    assert 'href="/"' in html


def test_logger_row_of_an_away_child_is_checked():
    html = draw("{% logger rows %}", rows=[{"key": "7", "name": "Idris K", "value": None, "away": True}])
    assert '<input type="checkbox" name="away-7" value="1" data-away checked>' in html
    assert html.count('name="rating-7"') == 4


def test_rating_input_takes_text_and_numbers():
    for value in (2, "2"):
        html = draw('{% rating_input "t" "Takes turns" value %}', value=value)
        assert re.findall(r'value="(\d)" id="t-\d"( checked)?', html) == [
            ("0", ""),
            ("1", ""),
            ("2", " checked"),
            ("3", ""),
        ]


# --- Files ------------------------------------------------------------------------------------------


def test_stylesheet_is_current():
    built = (ROOT / "static/css/sendco.css").read_text(encoding="utf-8")
    assert built == css.build(ROOT / "static/css/src"), "Run `manage.py build_css`."


def test_copied_rules_are_written_out_for_match_my_device():
    built = css.build(ROOT / "static/css/src")
    dark = re.search(r'}\[data-bs-theme="dark"\]\{([^}]*)\}', built.replace("\n", ""))
    auto = re.search(r'\(prefers-color-scheme: dark\)\{\[data-bs-theme="auto"\]\{([^}]*)\}', built)
    assert dark is not None
    assert auto is not None
    assert auto[1].rstrip(";") == dark[1]


def test_copy_of_an_unknown_rule_is_refused(tmp_path):
    (tmp_path / "a.css").write_text(".a { @copy .b; }")
    with pytest.raises(ValueError, match=r"no rule for \.b"):
        css.build(tmp_path)


def test_squeeze_leaves_strings_and_sums_alone():
    assert css.squeeze('.a::before { content: "a  {b}" ; width: calc(1px + 2px); }') == (
        '.a::before{content:"a  {b}";width:calc(1px + 2px)}\n'
    )


def _icons_named() -> set[str]:
    tags = re.compile(r"{%\s*icon \"([\w-]+)\"")
    keys = re.compile(r"(?:icon_name=|\"icon\": )\"([\w-]+)\"")
    items = re.compile(r"Item\(\"[^\"]+\", \"[^\"]+\", \"([\w-]+)\"")
    named = set()
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "sendco").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        for pattern in (tags, keys, items):
            named.update(pattern.findall(text))
    return named


def test_every_icon_that_is_named_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/img/icons.svg").read_text(encoding="utf-8")))
    assert _icons_named() - drawn == set()


def test_every_icon_in_the_sprite_is_named_somewhere():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/img/icons.svg").read_text(encoding="utf-8")))
    parts = ("provision", "pupils", "reports", "reviews", "sendco", "staff", "static/js", "templates")
    files = [path for part in parts for kind in ("html", "js", "py") for path in (ROOT / part).rglob(f"*.{kind}")]
    words = {word for path in files for word in re.findall(r"[\w-]+", path.read_text(encoding="utf-8"))}
    ours = {name for name in drawn if re.fullmatch(r"g\w{1,2}|[kmn]-\w+", name)}  # put together from a value
    assert drawn - words - ours == set()


def test_vendored_files_are_as_listed():
    rows = re.findall(r"\| `([^`]+)` \| `(\w{16})` \|", (ROOT / "static/VENDORED.md").read_text(encoding="utf-8"))
    assert len(rows) == 7
    assert [name for name, code in rows if hashlib.sha256((ROOT / name).read_bytes()).hexdigest()[:16] != code] == []


def test_every_tag_and_filter_is_documented():
    from sendco.core.templatetags.ui import register

    text = (ROOT / "docs/reference/components.md").read_text(encoding="utf-8")
    missing = [name for name in register.tags if f"{{% {name}" not in text]
    missing += [name for name in register.filters if f"`{name}" not in text]
    assert missing == []


def test_small_names_do_not_leak_into_pages():
    row = SimpleNamespace(name="<script>")
    assert "<script>" not in draw("{% avatar row.name %}{% chip 'ok' row.name %}{% need 'ci' row.name %}", row=row)


@pytest.mark.parametrize(
    ("label", "text", "heard"),
    [
        ("More actions", "More", ' aria-label="More actions"'),
        ("Take it with you", "Export", ' aria-label="Export: Take it with you"'),
        ("More", "More", ""),
    ],
)
def test_menu_is_heard_as_it_is_seen(label, text, heard):
    html = draw('{% menu label "download" text %}{% endmenu %}', label=label, text=text)
    assert f'<summary class="btn btn-secondary"{heard}>' in html
