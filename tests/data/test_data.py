"""The data sets are what their cards say, and hold the facts that their sources state."""

import hashlib
from html.parser import HTMLParser
from importlib.resources import files

import numpy as np
import pytest
from sklearn.datasets import load_digits

from lossedu import data

FILES = files("lossedu.data") / "files"
KINDS = {"count": "i", "yes/no": "i", "number": "f", "date": "M", "text": "U"}


@pytest.fixture(params=data.names())
def dataset(request):
    return data.load(request.param)


def test_every_file_belongs_to_a_data_set():
    expected = {f"{name}.{end}" for name in data.names() for end in ("csv", "toml")}
    assert {file.name for file in FILES.iterdir()} == expected


def test_file_is_the_one_the_card_describes(dataset):
    content = (FILES / f"{dataset.name}.csv").read_bytes()
    assert hashlib.sha256(content).hexdigest() == dataset.card.sha256
    assert len(content) <= 400_000


def test_rows_and_columns_are_those_of_the_card(dataset):
    header = (FILES / f"{dataset.name}.csv").read_text().split("\n", 1)[0].split(",")
    assert list(dataset.columns) == list(dataset.card.columns) == header
    for name, column in dataset.card.columns.items():
        assert dataset[name].shape == (dataset.card.rows,)
        assert dataset[name].dtype.kind == KINDS[column.kind]
    assert len(dataset) == dataset.card.rows


def test_yes_no_columns_hold_0_and_1_and_the_card_says_so(dataset):
    for name, column in dataset.card.columns.items():
        if column.kind == "yes/no":
            assert set(dataset[name]) == {0, 1}
            assert column.unit == "1 = yes, 0 = no"


def test_card_is_complete(dataset):
    card = dataset.card
    for field in (card.title, card.what, card.year, card.source, card.obtained, card.rights, *card.caveats):
        assert len(field.strip()) >= 4
    assert card.caveats
    assert all(column.unit and column.meaning for column in card.columns.values())
    shown = " ".join(str(card).split())
    for fact in (card.title, card.what, card.year, card.source, card.obtained, card.rights, card.sha256, *card.caveats):
        assert fact in shown


def test_card_as_html_is_well_formed_and_says_the_same(dataset):
    class Reader(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open, self.text = [], []

        def handle_starttag(self, tag, attrs):
            self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

        def handle_data(self, text):
            self.text.append(text)

    reader = Reader()
    reader.feed(dataset.card._repr_html_())
    assert reader.open == []
    card = dataset.card
    for fact in (card.title, card.source, card.rights, *card.caveats, *dataset.columns):
        assert fact in "".join(reader.text)
    assert not {"?.", ".."} & {"".join(reader.text)[i : i + 2] for i in range(len(card.title) + 2)}


def test_missing_or_unknown_card_field_is_an_error():
    text = (FILES / "sunspots.toml").read_text(encoding="utf-8")
    with pytest.raises(TypeError, match="rights"):
        data.Card.from_toml("\n".join(line for line in text.splitlines() if not line.startswith("rights")))
    with pytest.raises(TypeError, match="units"):
        data.Card.from_toml(text.replace("unit =", "units ="))


def test_house_prices_give_the_textbook_regression():
    """The model of Verbeek (2004), Table 3.1: log price on log lot size, bedrooms, bathrooms, air conditioning."""
    houses = data.load("house_prices")
    features = houses.matrix("lot_size", "bedrooms", "bathrooms", "air_conditioning")
    features[:, 0] = np.log(features[:, 0])
    log_price = np.log(houses["price"])
    coefficients, (squares,), *_ = np.linalg.lstsq(np.column_stack([np.ones(len(houses)), features]), log_price)
    assert np.round(coefficients, 3).tolist() == [7.094, 0.400, 0.078, 0.216, 0.212]
    assert round(1 - squares / np.sum((log_price - log_price.mean()) ** 2), 4) == 0.5674


def test_house_prices_have_the_order_and_the_repeat_the_card_warns_of():
    houses = data.load("house_prices")
    rows = houses.matrix(*houses.columns)
    assert len(rows) - len(np.unique(rows, axis=0)) == 1
    assert (rows[317] == rows[534]).all()
    assert houses["preferred_area"][:273].sum() == 0 < houses["preferred_area"].sum()


def test_european_stocks():
    stocks = data.load("european_stocks")
    closes = stocks.matrix("dax", "smi", "cac", "ftse")
    assert closes[0].tolist() == [1628.75, 1678.1, 1772.8, 2443.6]
    assert closes[-1].tolist() == [5473.72, 7676.3, 3995.0, 5455.0]
    assert stocks["day"].tolist() == list(range(1, 1861))
    assert (np.diff(closes, axis=0) == 0).all(axis=1).sum() == 26


def test_sunspots_follow_a_cycle_of_eleven_years():
    spots = data.load("sunspots")
    assert spots["year"].tolist() == list(range(1700, 2009))
    assert spots["sunspots"].max() == spots["sunspots"][1957 - 1700] == 190.2
    power = np.abs(np.fft.rfft(spots["sunspots"] - spots["sunspots"].mean()))
    assert round(len(spots) / power.argmax()) == 11


def test_flight_delays():
    flights = data.load("flight_delays")
    late, month = flights["arrival_delay"], flights["date"].astype("datetime64[M]").astype(int) % 12 + 1
    days = np.diff(flights["date"]).astype(int)
    assert (days > 0).all() and days.sum() == 364  # the first and the last day of 2013 are there
    assert (late.min(), late.max(), np.median(late), round(late.mean(), 2)) == (-60, 420, -4.5, 6.99)
    assert round(late[month == 6].mean()) == 37 and round(late[month == 9].mean()) == -6


def test_star_cluster():
    stars = data.load("star_cluster").matrix("log_temperature", "log_light")
    giants = np.flatnonzero(stars[:, 0] < 3.6)
    assert (giants + 1).tolist() == [11, 20, 30, 34]
    pairs = [(i + 1, j + 1) for i in range(47) for j in range(i) if (stars[i] == stars[j]).all()]
    assert pairs == [(4, 2), (38, 33)]


def test_co2():
    air = data.load("co2")
    assert (air["date"][0], air["date"][-1]) == (np.datetime64("1958-03-29"), np.datetime64("2001-12-29"))
    assert set(np.diff(air["date"]).astype(int)) == {7}
    assert np.isnan(air["co2"]).sum() == 59
    assert (air["co2"][0], air["co2"][-1]) == (316.1, 371.5)


def test_pride_and_prejudice():
    book = data.load("pride_and_prejudice")
    assert book["chapter"].tolist() == list(range(1, 24))
    assert book["text"][0].startswith("It is a truth universally acknowledged, that a single man in possession of a")
    letters = set("".join(book["text"]))
    assert all(letter.isascii() for letter in letters)
    assert not letters & set("_\r\t")


def test_austen_or_twain():
    lines = data.load("austen_or_twain")
    assert {author: int((lines["author"] == author).sum()) for author in set(lines["author"])} == {
        "Austen": 1200,
        "Twain": 1200,
    }
    assert len(np.unique(lines["sentence"])) == len(lines)
    lengths = [len(sentence.split()) for sentence in lines["sentence"]]
    assert (min(lengths), max(lengths)) == (8, 30)
    for author, chapters in {"Austen": 24, "Twain": 35}.items():
        assert set(lines["chapter"][lines["author"] == author]) == set(range(1, chapters + 1))
    dashed = lines["author"][np.char.find(lines["sentence"], "--") >= 0]
    assert round((dashed == "Twain").sum() / (dashed == "Austen").sum()) == 4


def test_arrays_cannot_be_changed_but_a_matrix_can():
    houses = data.load("house_prices")
    with pytest.raises(ValueError, match="read-only"):
        houses["price"][0] = 0
    matrix = houses.matrix("price")
    matrix[0] = 0
    assert houses["price"][0] == 42000
    with pytest.raises(TypeError):
        houses["price"] = 0


def test_matrix_puts_columns_in_the_order_asked_for():
    houses = data.load("house_prices")
    matrix = houses.matrix("bedrooms", "lot_size")
    assert matrix.dtype == np.float64
    assert matrix[:2].tolist() == [[3, 5850], [2, 4000]]


def test_matrix_of_text_or_dates_or_nothing_is_an_error():
    with pytest.raises(TypeError, match="'sentence' holds text"):
        data.load("austen_or_twain").matrix("chapter", "sentence")
    with pytest.raises(TypeError, match="'date' holds date"):
        data.load("co2").matrix("date")
    with pytest.raises(TypeError, match="got no column"):
        data.load("co2").matrix()


@pytest.mark.parametrize(
    "name",
    ["", ".", "../data/files/co2", "/etc/passwd", "co2.csv", "co2\0", "CO2", "house-prices", "house_prices ", "*"],
)
def test_unknown_data_set_is_a_key_error_that_names_what_exists(name):
    with pytest.raises(KeyError) as error:
        data.load(name)
    assert all(known in str(error.value) for known in data.names())


@pytest.mark.parametrize("name", [None, 3, ["co2"], b"co2"])
def test_name_of_another_type_is_a_key_error(name):
    with pytest.raises(KeyError):
        data.load(name)


def test_error_names_the_closest():
    with pytest.raises(KeyError, match="did you mean 'house_prices'"):
        data.load("house-price")
    with pytest.raises(KeyError, match="did you mean 'lot_size'"):
        data.load("house_prices")["lotsize"]
    with pytest.raises(KeyError, match="did you mean 'bedrooms'"):
        data.load("house_prices").matrix("bedroom")


def test_repr_names_the_columns():
    assert repr(data.load("co2")) == "<co2: 2284 rows; columns date, co2>"


def test_digits_are_those_of_scikit_learn():
    images, labels = load_digits(return_X_y=True)
    digits = data.load("digits")
    assert (digits.matrix(*digits.columns[1:]) == images).all()
    assert (digits["digit"] == labels).all()
