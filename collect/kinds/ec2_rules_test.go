package kinds

func ec2RulesLives() []life {
	return nil
}
