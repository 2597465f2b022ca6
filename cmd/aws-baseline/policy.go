package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/permissions"
)

type policyCmd struct {
	For          string   `required:"" enum:"snapshot,cost,restore,exporter" help:"What for: snapshot (diff and doctor too), cost, restore or exporter." placeholder:"COMMAND"`
	Types        []string `aliases:"resource-types,resource-type" help:"Types that are captured; without it all." placeholder:"TYPE"`
	ExcludeTypes []string `help:"Types to leave out." placeholder:"TYPE"`
	Org          bool     `help:"Also what it takes to enter the other accounts of the organisation; the role there needs the policy without this."`
	AssumeRole   string   `help:"Role to assume in other accounts (${defaultRole})." placeholder:"NAME"`
	Partition    string   `enum:"aws,aws-cn,aws-us-gov" default:"aws" help:"AWS partition (${default}): aws, aws-cn or aws-us-gov."`
	Part         int      `help:"Print the N-th of the parts that a policy must be split into to fit into managed policies." placeholder:"N"`
	Output       string   `short:"o" default:"json" placeholder:"FORMAT" help:"Output: json or yaml, the policy document; table, wide, name or csv, what each action is for."`
	Export       string   `placeholder:"FILE" help:"Also write the result to a file; its ending says how (.json, .yaml, .csv, .txt)."`
}

// Help is shown by policy --help.
func (policyCmd) Help() string {
	return "The actions are those of the calls that the program's own code makes. It asks AWS nothing."
}

func (c *policyCmd) Run(a *app) error {
	output := outputFlags{Output: c.Output, Export: c.Export}
	if err := output.check(); err != nil {
		return err
	}
	if c.AssumeRole != "" && !c.Org {
		return usagef("--assume-role is for other accounts: give --org too")
	}
	if err := (&roleFlags{AssumeRole: c.AssumeRole}).check(); err != nil {
		return err
	}
	chosen, err := chosenKinds(c.Types, c.ExcludeTypes)
	if err != nil {
		return err
	}
	request := permissions.Request{Purpose: permissions.Purpose(c.For), Partition: c.Partition, Kinds: chosen, Census: len(c.Types) == 0 && len(c.ExcludeTypes) == 0}
	if c.Org {
		request.Role = cmp.Or(c.AssumeRole, collect.DefaultRole)
	}
	if folder, ok := a.files.(*collect.BucketFolder); ok {
		request.Store = strings.TrimPrefix(folder.String(), "s3://")
	}
	needs, err := permissions.Needs(request)
	if err != nil {
		return err
	}
	parts := permissions.Split(needs)
	switch {
	case c.Part < 0 || c.Part > len(parts):
		return usagef("--part %d: the policy has %s", c.Part, count(len(parts), "part"))
	case c.Part > 0:
		needs = parts[c.Part-1]
	case len(parts) > 1:
		a.caution(tooLong(permissions.Policy(needs), len(parts)))
	}
	if c.For == string(permissions.Restore) && slices.ContainsFunc(chosen, deletesForOthers) {
		a.caution("CloudFormation deletes a stack's resources with the caller's permissions, unless the stack has a role: what is only in stacks is not in this policy")
	}
	return output.print(a, printer.PolicyView(permissions.Policy(needs), needs))
}

func tooLong(d permissions.Document, parts int) string {
	text := fmt.Sprintf("the policy has %d characters, and a managed policy holds %d: make %d policies, with --part 1 to --part %d",
		d.Characters(), permissions.MaxCharacters, parts, parts)
	if d.Characters() <= permissions.MaxInline {
		text += ", or embed it in a role as its only inline policy"
	}
	return text
}

// deletesForOthers reports whether what a kind's deletion takes along is deleted with the caller's permissions.
func deletesForOthers(k *collect.Kind) bool { return slices.Contains(k.Takes, collect.Everything) }
