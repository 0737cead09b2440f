namespace VideoGen.Storage.Objects;

/// <summary>How a bucket is reached.</summary>
public sealed record S3Settings
{
    /// <summary>Where it is when nobody says so; servers other than Amazon's take it for theirs.</summary>
    public const string DefaultRegion = "us-east-1";

    /// <summary>The address of a server that is not Amazon's; null for Amazon's.</summary>
    public Uri? Endpoint { get; init; }

    public string Region { get; init; } = DefaultRegion;

    /// <summary>Null for what Amazon's own tools would use on this machine: variables, files, the role of the machine.</summary>
    public S3Key? Key { get; init; }

    /// <summary>How often a request is repeated that may end better.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>An access key; its text says the id alone.</summary>
public sealed record S3Key(string Id, string Secret)
{
    public override string ToString() => Id;
}
