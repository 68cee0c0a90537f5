"""The tree is that of RFC 6962: the roots of Certificate Transparency's own test vectors, every path of small trees."""

import pytest

from anchors.tree import Growing, leaf_hash, path, root_by_path, root_of

LEAVES = [
    leaf_hash(bytes.fromhex(content))
    for content in [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ]
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_certificate_transparency(size):
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing():
    assert root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_path_of_the_first_of_eight_is_that_of_certificate_transparency():
    found = [one.hex() for one in path(0, 8, lambda start, end: root_of(LEAVES[start:end]))]
    assert found == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 7, 8, 11, 16, 33])
def test_every_path_leads_to_the_root_and_no_other_leaf_does(size):
    leaves = [leaf_hash(b"%d" % place) for place in range(size)]
    for place in range(size):
        up = path(place, size, lambda start, end: root_of(leaves[start:end]))
        assert root_by_path(leaves[place], place, size, up) == root_of(leaves)
        assert root_by_path(leaf_hash(b"other"), place, size, up) != root_of(leaves)
        for wrong in (up[:-1], [*up, leaves[0]]):
            if wrong != up:
                with pytest.raises(ValueError, match="too"):
                    root_by_path(leaves[place], place, size, wrong)


def test_whole_blocks_and_single_leaves_make_the_same_tree():
    leaves = [leaf_hash(b"%d" % place) for place in range(11)]
    tree = Growing()
    tree.append(root_of(leaves[:4]), 4)
    tree.append(root_of(leaves[4:8]), 4)
    for leaf in leaves[8:]:
        tree.append(leaf)
    assert (tree.size, tree.root()) == (11, root_of(leaves))
