package kinds

import (
	"fmt"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func backupKinds() []collect.Kind {
	return []collect.Kind{backupVault, backupPlan}
}

// backupVault: recovery points are never deleted, so a vault that has any stays. AWS Backup refuses it too.
var backupVault = collect.Kind{
	Name: "backup:backup-vault", CloudFormation: "AWS::Backup::BackupVault", Tagging: "backup:backup-vault",
	List: func(s *collect.Scope) {
		c := backup.NewFromConfig(s.Config)
		list := collect.Pages[types.BackupVaultListMember](s, c.ListBackupVaults, &backup.ListBackupVaultsInput{MaxResults: aws.Int32(1000)})
		collect.Each(s, list, func(v types.BackupVaultListMember) {
			name := v.BackupVaultName
			item := collect.Item{ID: name, ARN: v.BackupVaultArn, Created: v.CreationDate}
			switch {
			case strings.HasPrefix(aws.ToString(name), "aws/"):
				item.Managed("AWS Backup made it for the automatic backups of a service, and denies its deletion")
			case v.VaultType == types.VaultTypeRestoreAccessBackupVault:
				item.Protect = "it opens another account's vault, and goes by revoking that"
			case v.NumberOfRecoveryPoints > 0:
				item.Protect = fmt.Sprintf("it holds %d recovery points", v.NumberOfRecoveryPoints)
			}
			item.Provider = item.Provider || aws.ToString(name) == "Default" // comes with the console's first visit
			s.Add(item, v,
				// Both say not found of a vault that has none.
				collect.Ask(s, "AccessPolicy", c.GetBackupVaultAccessPolicy, &backup.GetBackupVaultAccessPolicyInput{BackupVaultName: name},
					"ResourceNotFoundException").Of("Policy"),
				collect.Through(collect.Ask(s, "Notifications", c.GetBackupVaultNotifications, &backup.GetBackupVaultNotificationsInput{BackupVaultName: name},
					"ResourceNotFoundException"), vaultNotificationsOf),
				collect.AskTags(s, c.ListTags, &backup.ListTagsInput{ResourceArn: v.BackupVaultArn, MaxResults: aws.Int32(1000)}, collect.TagsIn))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "AccessPolicy", Check: snapshot.CheckPolicy},
		{Rule: "object-lock-off", Path: "Locked", Is: []string{"false"}, Absent: true},
		{Rule: "backup-removed", Guard: true},
	},
	Status: []collect.Path{"NumberOfRecoveryPoints", "VaultState"},
	Omit:   []collect.Path{"CreatorRequestId"},
	Sets:   map[collect.Path]string{"Notifications.BackupVaultEvents": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, backup.NewFromConfig(s.Config).DeleteBackupVault, &backup.DeleteBackupVaultInput{BackupVaultName: &r.ID})
	},
}

// vaultNotifications are what a vault tells, and whom.
type vaultNotifications struct {
	BackupVaultEvents []types.BackupVaultEvent
	SNSTopicArn       *string
}

func vaultNotificationsOf(out *backup.GetBackupVaultNotificationsOutput) vaultNotifications {
	return vaultNotifications{out.BackupVaultEvents, out.SNSTopicArn}
}

// backupPlan is with its selections, which say what it backs up. What it has backed up stays in its vaults.
var backupPlan = collect.Kind{
	Name: "backup:backup-plan", CloudFormation: "AWS::Backup::BackupPlan", Tagging: "backup:backup-plan",
	List: func(s *collect.Scope) {
		c := backup.NewFromConfig(s.Config)
		// Without IncludeDeleted the list has no dead ones.
		list := collect.Pages[types.BackupPlansListMember](s, c.ListBackupPlans, &backup.ListBackupPlansInput{MaxResults: aws.Int32(1000)})
		collect.Each(s, list, func(p types.BackupPlansListMember) {
			item := collect.Item{ID: p.BackupPlanId, ARN: p.BackupPlanArn, Name: p.BackupPlanName, Created: p.CreationDate}
			if strings.HasPrefix(aws.ToString(p.BackupPlanName), "aws/") {
				item.Managed("AWS Backup made it for the automatic backups of a service, and denies its deletion")
			}
			selections, err := selectionsOf(s, p.BackupPlanId)
			if err != nil {
				item.Unknown = append(item.Unknown, collect.Gap{Path: "Selections", Err: err})
			}
			s.Add(item, p, selections,
				collect.Ask(s, "Plan", c.GetBackupPlan, &backup.GetBackupPlanInput{BackupPlanId: p.BackupPlanId}).Of("BackupPlan"),
				collect.AskTags(s, c.ListTags, &backup.ListTagsInput{ResourceArn: p.BackupPlanArn, MaxResults: aws.Int32(1000)}, collect.TagsIn))
		})
	},
	Weak:   []collect.Weakness{{Rule: "backup-removed", Guard: true}},
	Status: []collect.Path{"LastExecutionDate", "VersionId"},
	// Rules get new ids with every version of the plan.
	Omit:  []collect.Path{"CreatorRequestId", "AdvancedBackupSettings", "BackupPlanName", "Plan.Rules[].RuleId"},
	Names: map[collect.Path]string{"Plan.Rules[].TargetBackupVaultName": "backup:backup-vault"},
	Sets: map[collect.Path]string{
		"Plan.Rules": "RuleName", "Plan.Rules[].CopyActions": "DestinationBackupVaultArn", "Plan.AdvancedBackupSettings": "ResourceType",
		"Plan.ScanSettings[].ResourceTypes": "", "Selections": "SelectionName", "Selections[].ListOfTags": "", "Selections[].NotResources": "",
		"Selections[].Resources": "", "Selections[].Conditions.StringEquals": "", "Selections[].Conditions.StringLike": "",
		"Selections[].Conditions.StringNotEquals": "", "Selections[].Conditions.StringNotLike": "",
	},
	Delete: deleteBackupPlan,
}

// planSelections puts a plan's selections where an aspect of that name would go.
type planSelections struct {
	Selections []types.BackupSelection
}

func listSelections(s *collect.Scope, plan *string) iter.Seq[types.BackupSelectionsListMember] {
	return collect.Pages[types.BackupSelectionsListMember](s, backup.NewFromConfig(s.Config).ListBackupSelections,
		&backup.ListBackupSelectionsInput{BackupPlanId: plan, MaxResults: aws.Int32(1000)})
}

// selectionsOf reads a plan's selections: a list of names, and a call for each. One that is gone meanwhile is none.
func selectionsOf(s *collect.Scope, plan *string) (planSelections, error) {
	c := backup.NewFromConfig(s.Config)
	names, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.BackupSelectionsListMember] { return listSelections(s, plan) })
	if err != nil {
		return planSelections{}, err
	}
	all := make([]types.BackupSelection, 0, len(names))
	for _, name := range names {
		out, err := collect.Send(s, c.GetBackupSelection, &backup.GetBackupSelectionInput{BackupPlanId: plan, SelectionId: name.SelectionId})
		switch {
		case collect.Classify(err) == collect.ClassNotFound:
		case err != nil:
			return planSelections{}, err
		case out.BackupSelection != nil:
			all = append(all, *out.BackupSelection)
		}
	}
	return planSelections{all}, nil
}

// deleteBackupPlan takes a plan's selections away, which AWS Backup wants gone, and then the plan.
func deleteBackupPlan(s *collect.Scope, r *collect.Resource) error {
	c := backup.NewFromConfig(s.Config)
	if err := collect.Every(s, listSelections(s, &r.ID), func(selection types.BackupSelectionsListMember) error {
		return collect.DoUnlessGone(s, c.DeleteBackupSelection, &backup.DeleteBackupSelectionInput{
			BackupPlanId: &r.ID, SelectionId: selection.SelectionId,
		})
	}); err != nil {
		return err
	}
	return collect.Do(s, c.DeleteBackupPlan, &backup.DeleteBackupPlanInput{BackupPlanId: &r.ID})
}
