// Package volvox connects net/rpc clients to services of a Volvox cluster.
package volvox

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Port is where each node serves JSON-RPC, on its own address.
const Port = 7690

const dialTimeout = 5 * time.Second

type config struct {
	Cluster string
	Nodes   []struct{ Host string }
}

// Dial connects to any node of the cluster whose folder this is, as this user: by TLS 1.3, with the
// key and certificate in DIR/client. An empty dir is VOLVOX_DIR, else the user's own cluster.
func Dial(dir string) (*rpc.Client, error) {
	if dir == "" {
		dir = usualFolder()
	}
	text, err := os.ReadFile(filepath.Join(dir, "cluster.json"))
	if err != nil {
		return nil, err
	}
	var cluster config
	if err := json.Unmarshal(text, &cluster); err != nil {
		return nil, fmt.Errorf("%s/cluster.json: %w", dir, err)
	}
	secure, err := credentials(filepath.Join(dir, "client"), cluster.Cluster)
	if err != nil {
		return nil, err
	}
	err = errors.New("the cluster has no nodes")
	for _, node := range cluster.Nodes {
		address := net.JoinHostPort(node.Host, strconv.Itoa(Port))
		var conn *tls.Conn
		conn, err = tls.DialWithDialer(&net.Dialer{Timeout: dialTimeout}, "tcp", address, secure)
		if err == nil {
			return jsonrpc.NewClient(conn), nil
		}
	}
	return nil, err
}

func usualFolder() string {
	if dir := os.Getenv("VOLVOX_DIR"); dir != "" {
		return dir
	}
	state := os.Getenv("XDG_STATE_HOME")
	if state == "" {
		state = filepath.Join(os.Getenv("HOME"), ".local", "state")
	}
	return filepath.Join(state, "volvox", "default")
}

func credentials(dir, cluster string) (*tls.Config, error) {
	own, err := tls.LoadX509KeyPair(filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"))
	if err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		return nil, err
	}
	authority := x509.NewCertPool()
	if !authority.AppendCertsFromPEM(ca) {
		return nil, errors.New(dir + "/ca.pem holds no certificate")
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{own},
		// A node's certificate names the node, not a host: this switches the check of a host's name
		// off, and VerifyConnection checks all the rest.
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			return verify(state.PeerCertificates, authority, cluster)
		},
	}, nil
}

// verify wants a certificate of the cluster's authority that is a node's of this cluster.
func verify(chain []*x509.Certificate, authority *x509.CertPool, cluster string) error {
	if len(chain) == 0 {
		return errors.New("volvox: the other end shows no certificate")
	}
	if _, err := chain[0].Verify(x509.VerifyOptions{Roots: authority}); err != nil {
		return err
	}
	for _, uri := range chain[0].URIs {
		if strings.HasPrefix(uri.String(), "volvox://"+cluster+"/node/") {
			return nil
		}
	}
	return errors.New("volvox: the other end is no node of cluster " + cluster)
}
