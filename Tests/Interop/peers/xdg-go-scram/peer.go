// xdg-go/scram as either side of SCRAM, for the lines of `passbind-interop-peer --help`.
package main

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/xdg-go/scram"
)

var hashes = map[string]scram.HashGeneratorFcn{
	"SCRAM-SHA-1": scram.SHA1, "SCRAM-SHA-256": scram.SHA256, "SCRAM-SHA-512": scram.SHA512,
}

// conversation is what both sides have in common.
type conversation interface {
	Step(challenge string) (string, error)
	Done() bool
	Valid() bool
}

type peer struct {
	login     conversation
	mechanism string
	user      func() string
}

func (p *peer) client(values map[string]string) string {
	hash, ok := hashes[values["mechanism"]]
	if !ok {
		return "refused - no such mechanism"
	}
	client, err := hash.NewClient(text(values["user"]), text(values["password"]), "")
	if err != nil {
		return "refused - " + err.Error()
	}
	p.login, p.mechanism = client.NewConversation(), values["mechanism"]
	p.user = func() string { return "" }
	return p.step("")
}

func (p *peer) server(values map[string]string) string {
	hash, ok := hashes[values["mechanism"]]
	if !ok {
		return "refused - no such mechanism"
	}
	// The library's own way to make a verifier.
	maker, err := hash.NewClient(text(values["user"]), text(values["password"]), "")
	if err != nil {
		return "refused - " + err.Error()
	}
	iterations, err := strconv.Atoi(values["iterations"])
	if err != nil {
		iterations = 4096
	}
	stored := maker.GetStoredCredentials(scram.KeyFactors{Salt: "0123456789abcdef", Iters: iterations})
	server, err := hash.NewServer(func(name string) (scram.StoredCredentials, error) {
		if name != text(values["user"]) {
			return scram.StoredCredentials{}, errors.New("unknown user")
		}
		return stored, nil
	})
	if err != nil {
		return "refused - " + err.Error()
	}
	conversation := server.NewConversation()
	p.login, p.mechanism, p.user = conversation, values["mechanism"], conversation.Username
	return "ready"
}

func (p *peer) step(message string) string {
	answer, err := p.login.Step(message)
	switch {
	case err != nil:
		return "refused " + digits(answer) + " " + err.Error()
	case !p.login.Done():
		return "message " + digits(answer)
	case p.login.Valid():
		return "accepted " + digits(answer) + " " + p.mechanism + " - " + digits(p.user()) + " -"
	default:
		return "refused " + digits(answer) + " not valid"
	}
}

func text(digits string) string {
	bytes, _ := hex.DecodeString(digits)
	return string(bytes)
}

func digits(text string) string {
	if text == "" {
		return "-"
	}
	return hex.EncodeToString([]byte(text))
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	var p peer
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		values := map[string]string{}
		for _, word := range words[1:] {
			key, value, _ := strings.Cut(word, "=")
			values[key] = value
		}
		switch words[0] {
		case "client":
			fmt.Println(p.client(values))
		case "server":
			fmt.Println(p.server(values))
		case "step":
			fmt.Println(p.step(text(values["message"])))
		default:
			fmt.Println("error badCommand")
		}
	}
}
