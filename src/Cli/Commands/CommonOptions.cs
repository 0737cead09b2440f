using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Commands;

/// <summary>Options that many commands share, and how they are read.</summary>
internal static class CommonOptions
{
    /// <summary>The environment variable that holds the address of Redis where the command line does not.</summary>
    private const string RedisVariable = "VIDEOGEN_REDIS";

    public static Option<string?> Data { get; } = new("--data")
    {
        Description = $"The folder of tasks and artifacts. Default: ${DataDirectory.EnvironmentVariable}, else 'videogen' in your data folder.",
        HelpName = "DIR",
    };

    public static Option<string?> Store { get; } = CreateStore();

    public static Option<string?> Artifacts { get; } = new("--artifacts")
    {
        Description = "Where artifacts are kept; the same for all processes of a cluster: s3://BUCKET[/PREFIX] "
            + $"(key in ${ArtifactChoice.S3KeyVariable}, server in ${ArtifactChoice.S3EndpointVariable}), "
            + $"azure:CONTAINER[/PREFIX] (needs ${StoreChoice.BlobVariable}), or folder:PATH. "
            + $"Default: ${ArtifactChoice.Variable}, else a folder of the data folder.",
        HelpName = "PLACE",
    };

    public static Option<string?> Redis { get; } = new("--redis")
    {
        Description = $"Work with the cluster whose silos meet in this Redis, whatever the world is. Default: ${RedisVariable}. Other users see "
            + "the command line, so an address with a password belongs into that variable, or into a file.",
        HelpName = "HOST:PORT",
    };

    public static Option<string?> RedisFile { get; } = new("--redis-file")
    {
        Description = "A file that holds the address of Redis as --redis takes it: HOST:PORT,user=…,password=…. "
            + $"Default: ${RedisVariable}{SecretSource.FileSuffix}.",
        HelpName = "FILE",
    };

    public static Option<string?> World { get; } = CreateWorld();

    public static Option<string> Cluster { get; } = new("--cluster")
    {
        Description = "The name of the cluster where its silos meet.",
        HelpName = "NAME",
        DefaultValueFactory = _ => ClusterAddress.DefaultClusterId,
    };

    /// <summary>Which cluster a command works with: what its silos meet in, and its name there.</summary>
    public static Option[] OfCluster => [World, Redis, RedisFile, Cluster, .. TlsOptions.All];

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Log what happens to the standard error." };

    public static Option<bool> Json { get; } = new("--json") { Description = "Answer in JSON, for scripts." };

    public static Argument<string> Id { get; } = new("ID") { Description = "The task." };

    /// <summary>Lets options that belong together be listed among others.</summary>
    public static void Add(this Command command, Option[] options) => Array.ForEach(options, command.Add);

    public static LogLevel ReadLogLevel(ParseResult parsed) => parsed.GetValue(Verbose) ? LogLevel.Information : LogLevel.Warning;

    /// <exception cref="CommandFailedException">The folder, or the place of the artifacts, cannot be used.</exception>
    public static (DataDirectory Data, IArtifactStore Artifacts) OpenData(ParseResult parsed)
    {
        var data = DataDirectory.Open(parsed.GetValue(Data));
        return (data, ArtifactChoice.Open(parsed.GetValue(Artifacts), data));
    }

    /// <summary>The store that is named, else that of the world.</summary>
    /// <exception cref="CommandFailedException">There is no such world.</exception>
    public static StoreChoice ReadStore(ParseResult parsed) => new(parsed.GetValue(Store) ?? ReadWorld(parsed) switch
    {
        Hosting.World.Postgres => "postgres",
        Hosting.World.Azure => "azure",
        _ => null,
    });

    /// <param name="parsed">The command line.</param>
    /// <param name="who">What cannot do without a cluster: "A worker".</param>
    /// <exception cref="CommandFailedException">It names no cluster.</exception>
    public static ClusterAddress RequireCluster(ParseResult parsed, string who)
    {
        var takesServer = parsed.CommandResult.Command.Options.Contains(ServerAddress.Option);
        var overHttp = takesServer ? $" Or {ServerAddress.Option.Name} {ServerAddress.Option.HelpName}: a silo to ask over HTTP." : "";
        return ReadCluster(parsed) ?? throw new CommandFailedException(
            ExitCode.BadInput,
            $"{who} needs {Redis.Name} {Redis.HelpName}, or {Worlds.Option} postgres or azure: what the silos of its cluster meet in.{overHttp}");
    }

    /// <summary>The silo to work with over HTTP; null where the command line names another place, or neither it nor the environment names a silo.</summary>
    /// <exception cref="CommandFailedException">It is no address, or one beside another place.</exception>
    public static ServerAddress? ReadServer(ParseResult parsed) => ServerAddress.Read(parsed, Redis, RedisFile, World, Data, Store, Artifacts);

    /// <summary>
    /// Null for the store of this machine. What the command line says goes before what the environment says, and Redis before the world. An empty
    /// <c>--redis</c> means this machine too, whatever the environment says.
    /// </summary>
    /// <exception cref="CommandFailedException">It is not an address, or a file that should hold it cannot be read.</exception>
    public static ClusterAddress? ReadCluster(ParseResult parsed)
    {
        var (given, file, named) = (parsed.GetValue(Redis), parsed.GetValue(RedisFile), parsed.GetValue(World));
        var (cluster, tls) = (parsed.GetValue(Cluster)!, TlsOptions.Read(parsed));
        var name = cluster == ClusterAddress.DefaultClusterId ? "" : $" {Cluster.Name} {cluster}";
        var redis = given ?? (file is not null ? SecretSource.ReadFile(file) : named is null ? SecretSource.ReadEnvironment(RedisVariable) : null);
        if (!string.IsNullOrWhiteSpace(redis))
        {
            var where = given is not null ? $" {Redis.Name} {SecretText.Mask(given)}" : file is not null ? $" {RedisFile.Name} {file}" : "";
            return new RedisAddress(redis, cluster) { Arguments = where + name, Tls = tls };
        }

        var world = ReadWorld(parsed);
        if (given is not null || world == Hosting.World.Machine)
        {
            return null;
        }

        var said = named is null ? "" : $" {Worlds.Option} {named}";
        return new StoreAddress(world, Worlds.ConnectionOf(world), cluster) { Arguments = said + name, Tls = tls };
    }

    /// <exception cref="CommandFailedException">There is no such world.</exception>
    private static World ReadWorld(ParseResult parsed) => Worlds.Parse(
        parsed.GetValue(World) ?? (Environment.GetEnvironmentVariable(Worlds.Variable) is { Length: > 0 } name ? name : Worlds.NameOf(Hosting.World.Machine)));

    /// <exception cref="CommandFailedException">It is not a task id.</exception>
    public static TaskId ReadId(ParseResult parsed) => ParseId(parsed.GetValue(Id));

    public static TaskId ParseId(string? text) =>
        TaskId.TryParse(text, out var id, out var problem) ? id : throw new CommandFailedException(ExitCode.BadInput, problem!);

    /// <exception cref="CommandFailedException">It is not the name of a stage.</exception>
    public static StageName ParseStage(string text) =>
        StageName.TryParse(text, out var stage, out var problem) ? stage : throw new CommandFailedException(ExitCode.BadInput, problem!);

    /// <exception cref="CommandFailedException">It is not a label.</exception>
    public static KeyValuePair<string, string> ParseLabel(string text) =>
        text.Split('=', 2) is [{ Length: > 0 } key, var value]
            ? KeyValuePair.Create(key, value)
            : throw new CommandFailedException(ExitCode.BadInput, $"A label is written KEY=VALUE; '{text}' is not.");

    /// <summary><c>KEY</c> or <c>KEY=WEIGHT</c>.</summary>
    /// <exception cref="CommandFailedException">It is not the share of a task.</exception>
    public static FairShare ParseFairShare(string text)
    {
        var (key, weight) = text.Split('=', 2) is [var name, var number] ? (name, number) : (text, "1");
        if (!double.TryParse(weight, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            throw new CommandFailedException(ExitCode.BadInput, $"A fair share is written KEY or KEY=WEIGHT; '{weight}' is not a weight.");
        }

        var share = new FairShare(key, value);
        return share.Check() is { } problem ? throw new CommandFailedException(ExitCode.BadInput, problem) : share;
    }

    public static Option<int?> CreateKeep(string description)
    {
        var option = new Option<int?>("--keep") { Description = description, HelpName = "DAYS" };
        option.Validators.Add(result => Bounds.Check(result, 0, (int)Limits.MaxDuration.TotalDays));
        return option;
    }

    public static Option<int?> CreatePriority()
    {
        var option = new Option<int?>("--priority")
        {
            Description = "Tasks of higher priority go first. For a task that is known already, its priority from now on.",
            HelpName = "N",
        };
        option.Validators.Add(result => Bounds.Check(result, -Limits.MaxPriority, Limits.MaxPriority));
        return option;
    }

    private static Option<string?> CreateWorld()
    {
        var option = new Option<string?>(Worlds.Option)
        {
            Description = "What the cluster depends on: machine (nothing but this one), postgres (silos meet and tasks are in the PostgreSQL database that "
                + $"${StoreChoice.PostgresVariable} names), azure (in the storage account that ${StoreChoice.AzureVariable} names). "
                + $"Default: ${Worlds.Variable}, else machine.",
            HelpName = "NAME",
        };
        option.AcceptOnlyFromAmong(Worlds.Names);
        return option;
    }

    private static Option<string?> CreateStore()
    {
        var option = new Option<string?>("--store")
        {
            Description = "Where tasks are kept, if not where the world has them: sqlite (default), files (one JSON file each), "
                + $"postgres (PostgreSQL; needs ${StoreChoice.PostgresVariable}), "
                + $"azure (Azure Table; needs ${StoreChoice.AzureVariable}), "
                + $"microsoft-azure and microsoft-azure-blob (Orleans' own providers, without a list of tasks; the latter needs ${StoreChoice.BlobVariable}).",
            HelpName = "KIND",
        };
        option.AcceptOnlyFromAmong(StoreChoice.Kinds);
        return option;
    }
}
