package kinds

func ec2TemplatesLives() []life {
	return nil
}
