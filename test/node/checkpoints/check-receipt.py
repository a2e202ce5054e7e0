"""Checks a transaction with its receipt by scitt-cose alone: check-receipt.py FILE PEM. Prints what it found, one JSON document."""

import json
import sys

from scitt_cose import extract_receipts, parse_signed_statement, verify_receipt

statement = open(sys.argv[1], "rb").read()
pem = open(sys.argv[2], "rb").read()
parsed = parse_signed_statement(statement, public_key_pem=pem)
payload = parsed["payload"] or b""
receipts = [verify_receipt(one, leaf_entry_hex=payload.hex(), log_public_key_pem=pem) for one in extract_receipts(statement)]
print(
    json.dumps(
        {
            "statement": parsed["signature_verified"],
            "issuer": parsed["issuer"],
            "subject": parsed["subject"],
            "payload": payload.decode(),
            "receipts": [
                {"ok": one.ok, "root": one.root, "size": one.tree_size, "index": one.leaf_index, "errors": one.errors}
                for one in receipts
            ],
        }
    )
)
