namespace VideoGen.Stages.Media;

/// <summary>Where the programs are that speak, encode and join, and how long they may take.</summary>
internal sealed class MediaOptions
{
    /// <summary>The folders that are searched for programs, in the form of <c>PATH</c>, and by default its value.</summary>
    public string? SearchPath { get; set; } = Environment.GetEnvironmentVariable("PATH");

    /// <summary>Threads that one encoder may use. Scenes run beside each other, so that few are enough.</summary>
    public int EncoderThreads { get; set; } = 1;

    /// <summary>How long a program that only looks at a file, or speaks one scene, may take.</summary>
    public TimeSpan ShortRunTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long the encoding of a scene, or of the sound of the whole video, may take.</summary>
    public TimeSpan EncodeTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a program has to end by itself once it was asked to, before it is killed.</summary>
    public TimeSpan KillDelay { get; set; } = TimeSpan.FromSeconds(2);
}
