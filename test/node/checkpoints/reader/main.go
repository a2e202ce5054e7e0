// Reads checkpoints and tlog-proofs with the Go project's own packages: golang.org/x/mod/sumdb/note and tlog.
//
//	reader note VKEY < note
//	reader tlog-proof VKEY < proof
//
// It prints what it read, one JSON document, or fails.
package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type checkpoint struct {
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	Root   string `json:"root"`
}

func openCheckpoint(vkey, text string) (checkpoint, tlog.Hash, error) {
	var none tlog.Hash
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return checkpoint{}, none, err
	}
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return checkpoint{}, none, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return checkpoint{}, none, errors.New("not three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return checkpoint{}, none, err
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return checkpoint{}, none, err
	}
	return checkpoint{lines[0], size, lines[2]}, root, nil
}

func readProof(vkey, text string) (map[string]any, error) {
	head, rest, found := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return nil, errors.New("not a tlog-proof")
	}
	leaf, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return nil, err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return nil, err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		proof = append(proof, hash)
	}
	opened, root, err := openCheckpoint(vkey, rest)
	if err != nil {
		return nil, err
	}
	if err := tlog.CheckRecord(proof, opened.Size, root, index, tlog.RecordHash(leaf)); err != nil {
		return nil, err
	}
	return map[string]any{"index": index, "leaf": string(leaf), "checkpoint": opened}, nil
}

func run() error {
	if len(os.Args) != 3 {
		return errors.New("usage: reader note|tlog-proof VKEY")
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	var found any
	if os.Args[1] == "note" {
		found, _, err = openCheckpoint(os.Args[2], string(text))
	} else {
		found, err = readProof(os.Args[2], string(text))
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(found)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
