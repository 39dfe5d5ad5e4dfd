// The diabetes model on Azure Container Instances, in TypeScript.

import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";
import * as slipway from "@pulumi/slipway";

const example = path.join(__dirname, "..", "diabetes");

const config = new pulumi.Config();
const location = config.get("location") ?? "westeurope";

const workspace = new slipway.Workspace("workspace", {
    baseName: config.require("name"),
    location,
});

const diabetes = new slipway.RegisteredModel("diabetes", {
    loginServer: workspace.loginServer,
    modelName: "diabetes",
    path: path.join(example, "model.pkl"),
});

const image = new slipway.ModelImage("image", {
    loginServer: workspace.loginServer,
    imageName: "diabetes-image",
    models: [diabetes.artifact],
    entryScript: path.join(example, "score.py"),
    condaFile: path.join(example, "myenv.yml"),
});

const service = new slipway.AciService("service", {
    serviceName: "diabetes",
    location,
    resourceGroup: workspace.resourceGroupName,
    registry: workspace.loginServer,
    pullIdentity: workspace.pullIdentityId,
    image: image.ref,
    imageId: image.imageId,
    builtHere: true,
    cpuCores: 1,
    memoryGb: 1,
});

export const imageId = image.imageId;
export const scoringUri = service.scoringUri;
