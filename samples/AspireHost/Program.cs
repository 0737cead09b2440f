// The cluster on a developer's machine: PostgreSQL, three silos and four workers, with their logs, metrics and restarts in Aspire's dashboard.
// Without a connection string named "videogen" (ConnectionStrings__videogen), the database is a container of its own. VIDEOGEN_DATA is the shared folder.
var builder = DistributedApplication.CreateBuilder(args);

IResourceBuilder<IResourceWithConnectionString> database = builder.Configuration["ConnectionStrings:videogen"] is null
    ? builder.AddPostgres("postgres").WithDataVolume().AddDatabase("videogen")
    : builder.AddConnectionString("videogen");
var data = builder.Configuration["VIDEOGEN_DATA"] ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "videogen-aspire");

IResourceBuilder<ProjectResource> Member(string name, string kind) => builder
    .AddProject<Projects.Cli>(name, launchProfileName: null)
    .WithArgs(kind)
    .WithEnvironment("VIDEOGEN_WORLD", "postgres")
    .WithEnvironment("VIDEOGEN_POSTGRES", database)
    .WithEnvironment("VIDEOGEN_DATA", data)
    .WaitFor(database);

for (var i = 1; i <= 3; i++)
{
    var silo = Member($"silo-{i}", "silo").WithHttpEndpoint(name: "dashboard").WithHttpHealthCheck("/healthz/ready", endpointName: "dashboard");
    silo.WithArgs("--port", silo.GetEndpoint("dashboard").Property(EndpointProperty.TargetPort));
}

for (var i = 1; i <= 4; i++)
{
    Member($"worker-{i}", "worker");
}

builder.Build().Run();
