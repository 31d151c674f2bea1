from nnviz.data.assets import assets


def test_the_folder_of_assets_is_found():
    assert (assets() / "mnist" / "README.md").is_file()
