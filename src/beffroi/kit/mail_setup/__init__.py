"""What mail programs ask for before they know anything: autoconfig (Thunderbird), autodiscover (Outlook), profiles (iPhone, Mac)."""
