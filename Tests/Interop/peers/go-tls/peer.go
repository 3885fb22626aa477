// One end of TLS connections on Go's crypto/tls: a server that tells its channel bindings, one port a certificate, or a client
// that prints them beside its own.
//
//	peer serve VERSION PORT-FILE (CERTIFICATE KEY)...
//	peer connect VERSION CONNECTIONS PORT...
package main

import (
	"bufio"
	"crypto"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// The hash that RFC 5929 section 4.1 takes, by what crypto/x509 says of the signature: 0 where it knows none.
var hashes = map[x509.SignatureAlgorithm]crypto.Hash{
	x509.MD5WithRSA: crypto.SHA256, x509.SHA1WithRSA: crypto.SHA256,
	x509.SHA256WithRSA: crypto.SHA256, x509.SHA384WithRSA: crypto.SHA384, x509.SHA512WithRSA: crypto.SHA512,
	x509.SHA256WithRSAPSS: crypto.SHA256, x509.SHA384WithRSAPSS: crypto.SHA384, x509.SHA512WithRSAPSS: crypto.SHA512,
	x509.ECDSAWithSHA256: crypto.SHA256, x509.ECDSAWithSHA384: crypto.SHA384, x509.ECDSAWithSHA512: crypto.SHA512,
}

func endPoint(leaf *x509.Certificate) ([]byte, error) {
	hash := hashes[leaf.SignatureAlgorithm]
	if hash == 0 {
		return nil, fmt.Errorf("no hash for signature %v", leaf.SignatureAlgorithm)
	}
	digest := hash.New()
	digest.Write(leaf.Raw)
	return digest.Sum(nil), nil
}

// What an end says of a connection.
func account(state tls.ConnectionState, leaf *x509.Certificate) string {
	version := map[uint16]string{tls.VersionTLS12: "1.2", tls.VersionTLS13: "1.3"}[state.Version]
	lines := []string{"tls " + version, fmt.Sprintf("resumed %v", state.DidResume)}
	add := func(name string, data []byte, err error) {
		if len(data) == 0 {
			lines = append(lines, fmt.Sprintf("%s none %v", name, err))
		} else {
			lines = append(lines, fmt.Sprintf("%s %x", name, data))
		}
	}
	// RFC 9266: a context of no bytes, which on TLS 1.2 is not the same as nil.
	exported, err := state.ExportKeyingMaterial("EXPORTER-Channel-Binding", []byte{}, 32)
	add("tls-exporter", exported, err)
	add("tls-unique", state.TLSUnique, fmt.Errorf("TLSUnique is nil"))
	hash, err := endPoint(leaf)
	add("tls-server-end-point", hash, err)
	return strings.Join(lines, "\n") + "\n"
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(version uint16, portFile string, pairs []string) {
	ports := ""
	for i := 0; i+1 < len(pairs); i += 2 {
		identity, err := tls.LoadX509KeyPair(pairs[i], pairs[i+1])
		check(err)
		leaf, err := x509.ParseCertificate(identity.Certificate[0])
		check(err)
		listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
			Certificates: []tls.Certificate{identity}, MinVersion: version, MaxVersion: version})
		check(err)
		ports += fmt.Sprintln(listener.Addr().(*net.TCPAddr).Port)
		go func() {
			for {
				connection, err := listener.Accept()
				check(err)
				go answer(connection.(*tls.Conn), leaf)
			}
		}()
	}
	check(os.WriteFile(portFile+".new", []byte(ports), 0o600))
	check(os.Rename(portFile+".new", portFile))
	select {}
}

func answer(connection *tls.Conn, leaf *x509.Certificate) {
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(time.Minute))
	if err := connection.Handshake(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Fprint(connection, account(connection.ConnectionState(), leaf)+".\n")
	connection.Read(make([]byte, 1)) // until the client is gone
}

func connect(version uint16, connections int, ports []string) {
	number := 0
	for _, port := range ports {
		// Certificates are not what is looked at here: Go refuses some kinds that others take.
		config := &tls.Config{ServerName: "localhost", InsecureSkipVerify: true, MinVersion: version, MaxVersion: version,
			ClientSessionCache: tls.NewLRUClientSessionCache(4)}
		for i := 0; i < connections; i++ {
			number++
			fmt.Println("connection", number)
			if err := visit(port, config); err != nil {
				fmt.Println("client failed", err)
			}
		}
	}
}

func visit(port string, config *tls.Config) error {
	connection, err := tls.DialWithDialer(&net.Dialer{Timeout: time.Minute}, "tcp", "127.0.0.1:"+port, config)
	if err != nil {
		return err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(time.Minute))
	lines := bufio.NewScanner(connection)
	for lines.Scan() && lines.Text() != "." {
		fmt.Println("server", lines.Text())
	}
	state := connection.ConnectionState()
	for _, line := range strings.Split(strings.TrimSpace(account(state, state.PeerCertificates[0])), "\n") {
		fmt.Println("client", line)
	}
	return lines.Err()
}

func main() {
	version := uint16(tls.VersionTLS13)
	if len(os.Args) < 4 {
		os.Exit(2)
	}
	if os.Args[2] == "1.2" {
		version = tls.VersionTLS12
	}
	if os.Args[1] == "serve" {
		serve(version, os.Args[3], os.Args[4:])
	} else {
		connections, err := strconv.Atoi(os.Args[3])
		check(err)
		connect(version, connections, os.Args[4:])
	}
}
