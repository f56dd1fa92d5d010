"""Every named character reference of HTML 4, and numeric ones, as Python's html.unescape reads them: character-references.json."""
import html
import html.entities
import json
import pathlib

references = [f"&{name};" for name in sorted(html.entities.name2codepoint)]
references += [f"&#{code};" for code in [39, 65, 233, 8217, 26481, *range(128, 160)]]
references += [f"&#x{code:x};" for code in [0x27, 0xE9, 0x2019, 0x6771, 0x1F600]] + ["&#X2F;", "&#XC9;"]
target = pathlib.Path(__file__).with_name("character-references.json")
target.write_text(json.dumps({reference: html.unescape(reference) for reference in references}, indent=0) + "\n")
