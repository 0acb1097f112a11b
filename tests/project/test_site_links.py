"""Links in a lesson's outputs lead to pages of the site, whichever way JupyterLab follows them."""

import pytest

from docs.site.links import LinkedFiles, Links


@pytest.mark.parametrize(
    ("link", "led"),
    [
        ('data-lab-path="data/deploy/alb"', "../catalogue/alb.html"),
        ('href="../data/deploy/alb/README.md"', "../catalogue/alb.html"),
        (
            'data-lab-path="notebooks/03-queues.ipynb#Race"',
            "03-queues.html#race",
        ),
        ('href="#Play"', "#play"),
        ('href="https://aws.amazon.com/#A"', "https://aws.amazon.com/#A"),
        ('href="../start.html"', "../start.html"),
    ],
)
def test_a_link_of_an_output_leads_to_its_page(link, led):
    links = Links("lessons/10-x", "notebooks/10-x.ipynb", LinkedFiles())
    assert links.in_html(f"<a {link}>x</a>") == f'<a href="{led}">x</a>'


def test_a_file_that_is_linked_from_an_output_gets_a_page():
    linked = LinkedFiles()
    links = Links("lessons/10-x", "notebooks/10-x.ipynb", linked)
    led = links.in_html('<a href="../data/prices.csv">x</a>')
    assert led == '<a href="../files/data/prices.csv.html">x</a>'
    assert linked.files == {"data/prices.csv"}
