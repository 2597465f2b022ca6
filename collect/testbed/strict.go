package testbed

import (
	"net/http"
	"net/url"
)

// Strict refuses deletions that AWS refuses and moto allows: a security group in use, a subnet that isn't empty, an
// attached policy. It asks the server behind what is there, so it holds for whatever made it, also past this proxy.
// Without it moto can't prove an order of deletions. checks lists what is refused.
//
// The questions are not recorded and don't pass through other faults. Answers may change between question and
// deletion: a test that deletes things that need each other at the same moment can slip through.
func (p *FaultProxy) Strict() (remove func()) {
	table := checks()
	return p.add(checking, "*", "*", func(c *Call, next func(*Call) *Answer) *Answer {
		if check := table[c.Name()]; check != nil {
			if r := check(asker{p, c}); r != nil {
				return errorAnswer(c, r.status, r.code, r.message)
			}
		}
		return next(c)
	}, nil)
}

// check returns nil for a call that AWS would carry out, as far as is known.
type check func(asker) *refusal

type refusal struct {
	status        int
	code, message string
}

// checks is made of one map for each service, so that the files say where a refusal is from.
func checks() map[string]check {
	all := map[string]check{}
	for _, group := range []map[string]check{ec2Checks, vpcChecks, iamChecks, otherChecks} {
		for name, c := range group {
			all[name] = c
		}
	}
	return all
}

// asker asks the server behind as the caller would, in the account and region of the call that is checked.
type asker struct {
	p *FaultProxy
	c *Call
}

// query asks a service of a query protocol and returns the operation's output, an empty one if there is none.
func (k asker) query(service, version, action string, params ...string) *node {
	form := url.Values{"Action": {action}, "Version": {version}}
	for i := 0; i+1 < len(params); i += 2 {
		form.Set(params[i], params[i+1])
	}
	protocol := Query
	if service == "ec2" {
		protocol = EC2Query
	}
	return k.ask(service, protocol, http.MethodPost, "/",
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte(form.Encode()))
}

func (k asker) ec2(action string, params ...string) *node {
	return k.query("ec2", "2016-11-15", action, params...)
}

func (k asker) iam(action string, params ...string) *node {
	return k.query("iam", "2010-05-08", action, params...)
}

// json asks a service of the JSON protocol; target is its prefix and the operation.
func (k asker) json(service, target, body string) *node {
	header := http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {target}}
	return k.ask(service, JSON, http.MethodPost, "/", header, []byte(body))
}

// get asks a REST service.
func (k asker) get(service string, protocol Protocol, path string) *node {
	return k.ask(service, protocol, http.MethodGet, path, http.Header{}, nil)
}

func (k asker) ask(service string, protocol Protocol, method, path string, header http.Header, body []byte) *node {
	header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+k.c.AccessKey+"/20260101/"+k.c.Region+"/"+service+
		"/aws4_request, SignedHeaders=host, Signature=0")
	d := &Call{Account: k.c.Account, Path: path, host: k.c.host, ctx: k.c.ctx}
	if a, err := k.p.roundTrip(d, method, header, body); err == nil && a.ok() {
		if doc, err := decode(protocol, a.Body); err == nil {
			return doc.result()
		}
	}
	return &node{proto: protocol}
}

// has says whether the answer has a leaf with this value: element names tell ids apart from text.
func (n *node) has(value string, names ...string) bool {
	found := false
	n.walk(func(m *node) {
		if m.kind == leaf && m.text() == value {
			if len(names) == 0 {
				found = true
			}
			for _, name := range names {
				found = found || m.name == name
			}
		}
	})
	return found
}

// under returns the elements of a list.
func (n *node) under(path string) []*node {
	if l := n.at(path); l != nil {
		return l.kids
	}
	return nil
}
