package kinds

func ec2GatewaysLives() []life {
	return nil
}
