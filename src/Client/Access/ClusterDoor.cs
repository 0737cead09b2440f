using VideoGen.Tasks.Access;

namespace VideoGen.Client.Access;

/// <summary>How a process gets into its cluster, or lets others in: with a secret, or without.</summary>
public sealed record ClusterDoor
{
    private ClusterDoor(bool greets, ClusterSecret? secret, bool isChosen) => (Greets, Secret, IsChosen) = (greets, secret, isChosen);

    /// <summary>As programs did that knew of no secret: nobody is asked, and nobody is told who asks. For the change from such a program to this one.</summary>
    public static ClusterDoor AsBefore { get; } = new(false, null, true);

    /// <summary>Everybody is let in: the network is trusted, or certificates say who is who.</summary>
    public static ClusterDoor Open { get; } = new(true, null, true);

    /// <summary>Whether both ends say who they are before anything else.</summary>
    public bool Greets { get; }

    public ClusterSecret? Secret { get; }

    /// <summary>
    /// Whether somebody said so; else it is what this user's processes on this machine share, and a silo that asks for nothing is all right too.
    /// </summary>
    public bool IsChosen { get; }

    /// <summary>Who knows the secret gets in.</summary>
    public static ClusterDoor Locked(ClusterSecret secret, bool isChosen = true) => new(true, secret, isChosen);
}
