"""What every page stands on: visits, forms, templates, languages, assets, and what keeps strangers out."""
