package testbed

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

func TestKillAt(t *testing.T) {
	for moment, want := range map[Moment]int{Before: 1, After: 2} {
		f := newFake(t)
		f.set("ec2:DeleteVolume", `<R><return>true</return></R>`)
		p := Proxy(t, f.URL)
		client := ec2.NewFromConfig(noRetries(p.Config("eu-west-1")))
		var killed []string
		p.Deny("ec2", "*", Naming("vol-denied"))
		p.KillAt(2, moment, func(c *Call) {
			killed = append(killed, fmt.Sprint(c.Operation, " ", c.Param("VolumeId"), " with ", f.count("ec2:DeleteVolume"), " done"))
		})
		if _, _, err := probes[0].page(t.Context(), p.Config("eu-west-1"), nil); err != nil { // no deletion
			t.Fatal(err)
		}
		for _, id := range []string{"vol-1", "vol-denied", "vol-2", "vol-3"} {
			client.DeleteVolume(t.Context(), &ec2.DeleteVolumeInput{VolumeId: aws.String(id)})
		}
		if want := []string{fmt.Sprint("DeleteVolume vol-2 with ", want, " done")}; !slices.Equal(killed, want) {
			t.Errorf("killed at %q, want %q", killed, want)
		}
		if f.count("ec2:DeleteVolume") != 3 {
			t.Error("a callback that returns changed something")
		}
	}
}

func TestDeletes(t *testing.T) {
	for operation, want := range map[string]bool{
		"DeleteRole": true, "TerminateInstances": true, "ReleaseAddress": true, "DeregisterImage": true,
		"ScheduleKeyDeletion": true, "BatchDeleteImage": true,
		"DetachRolePolicy": false, "RevokeSecurityGroupIngress": false, "DescribeVpcs": false, "ScheduleRunConfiguration": false,
	} {
		if got := (&Call{Operation: operation}).Deletes(); got != want {
			t.Errorf("%s: %v", operation, got)
		}
	}
}
