throw new Error('a test that stands beside the reports is none of them')
